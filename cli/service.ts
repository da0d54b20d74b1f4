import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import * as z from 'zod/mini'
import { Failure } from './failure.ts'

/** What serverless.yml says about an installation, for one stage. */
export interface Service {
  /** What CloudFormation calls it. */
  stackName: string
  /** Where the Slack app's two secrets are, as SLACK_SECRETS_PATH has it. */
  secretsPath: string
}

const PARAMS = z.looseObject({ slackSecretsPath: z.optional(z.string()) })
const SERVERLESS = z.looseObject({ service: z.string(), params: z.looseObject({ default: PARAMS }) })

/** @throws {Failure} when the file cannot be read, or when what it says takes more than the stage's name to work out. */
export const readService = async (directory: string, stage: string): Promise<Service> => {
  const path = join(directory, 'serverless.yml')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Failure(`${path} cannot be read.`)
  })
  // Its own tags, such as !Ref, mean nothing here.
  const read = z.safeParse(SERVERLESS, parseDocument(text, { logLevel: 'silent' }).toJS())
  if (!read.success) throw new Failure(`${path} is not Greenlight's: it has no service or no params.default.`)
  const { service, params } = read.data
  const ofStage = z.safeParse(PARAMS, params[stage])
  const written = (ofStage.success ? ofStage.data.slackSecretsPath : undefined) ?? params.default.slackSecretsPath ?? ''
  const secretsPath = written.replaceAll('${sls:stage}', stage).replace(/\/+$/, '')
  if (!/^\/[\w./-]+$/.test(secretsPath))
    throw new Failure(
      `slackSecretsPath in ${path} is ${JSON.stringify(written)}: say what it comes to, --secrets-path.`,
    )
  return { stackName: `${service}-${stage}`, secretsPath }
}
