import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { copyService, KEPT_SCHEMAS } from '../support/service-copy.ts'

export interface Project {
  directory: string
  /** Runs `serverless` as a person would, and returns its output. Rejects with the output if it fails. */
  serverless(...argv: string[]): Promise<string>
  dispose(): Promise<void>
}

/** A copy of the project, so that a deploy leaves no files in the original; `environment` has the address of AWS. */
export const copyProject = async (environment: Record<string, string>): Promise<Project> =>
  projectIn(await copyService('greenlight-deploy-'), environment)

/** The project in a directory of its own. */
export const projectIn = (directory: string, environment: Record<string, string>): Project => {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:AWS|SLS|NODE_OPTIONS)/.test(name)),
  )
  const command = join(directory, 'node_modules', 'serverless', 'bin', 'serverless.js')
  return {
    directory,
    serverless: async (...argv) => {
      const ran = promisify(execFile)(process.execPath, [command, ...argv], {
        cwd: directory,
        // Five seconds between two looks at a stack suit CloudFormation, and are long for moto.
        env: {
          ...inherited,
          ...KEPT_SCHEMAS,
          HOME: directory,
          TMPDIR: directory,
          SLS_AWS_MONITORING_FREQUENCY: '200',
          ...environment,
        },
        timeout: 200_000,
      })
      ran.child.stdin?.end()
      const { stdout, stderr } = await ran.catch((error: Error & { stdout?: string; stderr?: string }) => {
        throw new Error(`serverless ${argv.join(' ')}: ${error.message}\n${error.stdout}${error.stderr}`)
      })
      return stdout + stderr
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  }
}
