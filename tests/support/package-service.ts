import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { madeOnce } from './decided-once.ts'
import { copyService, KEPT_SCHEMAS } from './service-copy.ts'
import type { Template } from './template.ts'
import { unzip } from './zip.ts'

export interface Packaged {
  template: Template
}

export interface WithArchives extends Packaged {
  /** Door → path in its archive → content. */
  archives: Map<string, Map<string, Buffer>>
  /** What the command printed. */
  said: string
}

/** esbuild's process lives for seconds: it collects garbage less often, which is a quarter of its CPU time. */
export const GOGC = '400'

/** A machine without an account: no credentials, no profile, and no way out through a proxy. */
const environment = (home: string) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:AWS|SLS|NODE_OPTIONS)/.test(name))),
  HOME: home,
  ...KEPT_SCHEMAS,
  // serverless-esbuild leaves what it zipped.
  TMPDIR: home,
  GOGC,
  USERPROFILE: home,
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
})

export const DATA_KEY = 'arn:aws:kms:us-east-1:111122223333:key/0b1c2d3e-4f5a-6b7c-8d9e-0f1a2b3c4d5e'

export const ROLES_BOUNDARY = 'arn:aws:iam::111122223333:policy/greenlight-boundary'

/**
 * Another stage of the same account, with everything that is chosen by params: joined accounts, another Region, secrets in
 * Secrets Manager, attestations, checkpoints with their entries, an RSA key that signs beside the former one, a boundary of
 * the roles, a key, and a VPC.
 */
export const SECOND_INSTALLATION = [
  ...['--stage', 'eu-test'],
  ...['--region', 'eu-west-1'],
  ...['--param', 'spokes=444455556666/us-east-1,us-west-2'],
  ...['--param', 'spokeExternalId=0123456789abcdef'],
  ...['--param', 'slackSecretsPath=/aws/reference/secretsmanager/shop/slack'],
  ...['--param', 'attestedBuckets=shop-artifacts-*'],
  ...['--param', 'checkpointBucket=shop-checkpoints'],
  ...['--param', 'checkpointEntries=yes'],
  ...['--param', 'signingKeySpecs=RSA_2048,ECC_NIST_P256'],
  ...['--param', `rolesBoundaryArn=${ROLES_BOUNDARY}`],
  ...['--param', `dataKeyArn=${DATA_KEY}`],
  ...['--param', 'vpcSubnetIds=subnet-0a1b2c3d,subnet-0a1b2c3e'],
  ...['--param', 'vpcSecurityGroupIds=sg-0a1b2c3d'],
]

/** Several times what it takes; less than the time limit of the tests' preparations. */
const PATIENCE = 100_000

const killGroup = (leader: number | undefined): void => {
  try {
    if (leader) process.kill(-leader, 'SIGKILL')
  } catch {
    // It has ended at this moment.
  }
}

/**
 * Runs a command to its end, and returns its output. Rejects with its output if it fails; also if it has not ended in time,
 * and then every process that it started is killed.
 */
export const runToEnd = async (
  [command = '', ...argv]: string[],
  { env, patience, cwd }: { env: NodeJS.ProcessEnv; patience: number; cwd?: string },
): Promise<string> => {
  // A process group of its own: esbuild's processes outlive serverless if only serverless is killed.
  const running = spawn(command, argv, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let late = false
  const timer = setTimeout(() => {
    late = true
    killGroup(running.pid)
  }, patience)
  try {
    const [said, complained, [code]] = await Promise.all([
      text(running.stdout),
      text(running.stderr),
      once(running, 'close') as Promise<[number | null]>,
    ])
    const words = `${said}${complained}`.trim()
    if (late) throw new Error(`not done after ${patience / 1000} s, and killed: ${argv.join(' ')}\n${words}`)
    if (code !== 0) throw new Error(`${argv.join(' ')} ends with ${code}\n${words}`)
    return words
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Runs `serverless package` on a copy of the service, once in a run of the tests for the same `argv`, which is added to
 * the command.
 *
 * If an import cannot be resolved, serverless says so and does not end: the error then holds its output.
 */
export const packageService = (...argv: string[]): Promise<Packaged> => packaged(argv, readTemplate)

/** The same, and what is in the archive of each function. */
export const packageWithArchives = (...argv: string[]): Promise<WithArchives> =>
  packaged(argv, async (output) => ({
    ...(await readTemplate(output)),
    archives: await readArchives(output),
    said: await readFile(join(output, SAID), 'utf8'),
  }))

const SAID = 'said.txt'

const packaged = <T>(argv: readonly string[], read: (output: string) => Promise<T>): Promise<T> => {
  const name = `package-${createHash('sha256').update(JSON.stringify(argv)).digest('hex').slice(0, 16)}`
  return madeOnce(name, (directory) => writePackage(directory, argv), read)
}

const readTemplate = async (output: string): Promise<Packaged> => {
  const template = await readFile(join(output, 'cloudformation-template-update-stack.json'), 'utf8')
  return { template: JSON.parse(template) as Template }
}

const readArchives = async (output: string): Promise<WithArchives['archives']> => {
  const zips = (await readdir(output)).filter((file) => file.endsWith('.zip'))
  return new Map(
    await Promise.all(
      zips.map(async (zip) => [basename(zip, '.zip'), unzip(await readFile(join(output, zip)))] as const),
    ),
  )
}

const writePackage = async (output: string, argv: readonly string[]): Promise<void> => {
  const service = await copyService('greenlight-service-')
  try {
    await writeFile(join(output, SAID), await serverlessPackage(service, output, argv))
  } finally {
    await rm(service, { recursive: true, force: true })
  }
}

/**
 * Runs `serverless package` in this copy of the service, and returns what it printed. Rejects with its output if it fails or
 * does not end.
 */
export const serverlessPackage = async (service: string, output: string, argv: readonly string[]): Promise<string> => {
  const home = await mkdtemp(join(tmpdir(), 'greenlight-package-'))
  const serverless = join(service, 'node_modules', 'serverless', 'bin', 'serverless.js')
  try {
    return await runToEnd([process.execPath, serverless, 'package', '--package', output, ...argv], {
      cwd: service,
      env: environment(home),
      patience: PATIENCE,
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
