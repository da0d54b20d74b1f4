import { greenlight } from '../../cli/greenlight.ts'
import { ACCOUNT } from './account.ts'

/** A command of Greenlight as an auditor runs it, and what it prints. */
export type AuditorRun = (argv: readonly string[]) => Promise<{ exitCode: number; lines: string[] }>

export const auditorRun =
  (awsUrl: string, now: () => number): AuditorRun =>
  async (argv) => {
    const lines: string[] = []
    const exitCode = await greenlight(argv, {
      environment: {
        AWS_ENDPOINT_URL: awsUrl,
        AWS_REGION: ACCOUNT.region,
        AWS_ACCESS_KEY_ID: 'auditor',
        AWS_SECRET_ACCESS_KEY: 'any',
      },
      directory: process.cwd(),
      interactive: false,
      print: (line) => lines.push(line),
      warn: (line) => lines.push(line),
      input: () => Promise.resolve(''),
      ask: () => Promise.reject(new Error('No person answers')),
      fetch,
      // The moment itself is left out of a range.
      now: () => now() + 1,
    })
    return { exitCode, lines }
  }
