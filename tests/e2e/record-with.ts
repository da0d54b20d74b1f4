import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const COMMAND_LINE = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAPERSON', AWS_SECRET_ACCESS_KEY: 'workspace' }

/** What an entry of the audit record is about, as `npx greenlight audit` exports it. */
export interface Happened {
  what: string
  who?: { name: string }
  refusal?: { because: string }
  [more: string]: unknown
}

/** The workspace's clock is ahead of the machine's in the end. */
const day = (later: number) => new Date(Date.now() + later * 86_400_000).toISOString().slice(0, 10)

/**
 * Exports the audit record of the workspace at `url` as an auditor does, again until it is `whole`: an entry is filed after
 * it was made. `found`: what the command says of it.
 */
export const recordWith = async (
  url: string,
  whole: (happened: readonly Happened[]) => boolean,
): Promise<{ happened: Happened[]; found: string; text: string }> => {
  for (;;) {
    const { stdout: text, stderr: found } = await promisify(execFile)(
      process.execPath,
      ['--no-warnings', COMMAND_LINE, 'audit', '--from', day(-1), '--to', day(5), '--table', 'greenlight'],
      { env: { ...process.env, AWS_ENDPOINT_URL: `${url}/aws`, AWS_REGION: 'eu-west-1', ...CREDENTIALS } },
    )
    const lines = text.split('\n').filter((line) => line !== '')
    const happened = lines.map((line) => (JSON.parse(line) as { happened: Happened }).happened)
    if (whole(happened)) return { happened, found, text }
  }
}
