import { execFile } from 'node:child_process'
import { copyFile, cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GOGC } from '../support/package-service.ts'
import { copyService, KEPT_SCHEMAS } from '../support/service-copy.ts'

export interface Project {
  directory: string
  /** Runs `serverless` as a person would, and returns its output. Rejects with the output if it fails. */
  serverless(...argv: string[]): Promise<string>
  /**
   * From here on, the archives of the last packaging are deployed, whatever the params: no archive depends on one that a
   * deploy here sets (tests/package.test.ts). A packaging then takes a sixth of its CPU time.
   */
  keepArchives(): Promise<void>
  dispose(): Promise<void>
}

/** A copy of the project, so that a deploy leaves no files in the original; `environment` has the address of AWS. */
export const copyProject = async (environment: Record<string, string>): Promise<Project> =>
  projectIn(await copyService('greenlight-deploy-'), environment)

const BUILDS = '\n  - serverless-esbuild\n'
const KEPT = 'kept-archives'

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
          GOGC,
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
    keepArchives: async () => {
      const service = join(directory, 'serverless.yml')
      const text = await readFile(service, 'utf8')
      if (!text.includes(BUILDS)) throw new Error('serverless.yml has no plugin that builds')
      await cp(join(directory, '.serverless'), join(directory, KEPT), { recursive: true })
      await copyFile(new URL(`${KEPT}.cjs`, import.meta.url), join(directory, `${KEPT}.cjs`))
      await writeFile(service, text.replace(BUILDS, `\n  - ./${KEPT}.cjs\n`))
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  }
}
