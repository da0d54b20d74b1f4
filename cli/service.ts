import { join } from 'node:path'
import { parseDocument } from 'yaml'
import * as z from 'zod/mini'
import { Failure } from './failure.ts'
import { readText } from './read-text.ts'
import { ownEntry } from '../functions/own-entry.ts'

/** What serverless.yml says about an installation. */
export interface Service {
  /** The name of the CloudFormation stack. */
  stackName: string
  /**
   * The path of the Slack app's two secrets, as in SLACK_SECRETS_PATH.
   *
   * @throws {Failure} if the file refers to more than the stage's name there: only then, because few commands need it.
   */
  secretsPath: () => string
}

const PARAMS = z.looseObject({ slackSecretsPath: z.optional(z.string()) })
const SERVERLESS = z.looseObject({ service: z.string(), params: z.looseObject({ default: PARAMS }) })

/**
 * The settings of an installation, which serverless calls a stage.
 *
 * @throws {Failure} if the file cannot be read.
 */
export const readService = async (directory: string, installation: string): Promise<Service> => {
  const path = join(directory, 'serverless.yml')
  const text = await readText(path)
  // The tags of CloudFormation, such as !Ref, have no meaning here.
  const read = z.safeParse(SERVERLESS, parseDocument(text, { logLevel: 'silent' }).toJS())
  if (!read.success) throw new Failure(`${path} is not Greenlight's: it has no service or no params.default.`)
  const { service, params } = read.data
  const own = z.safeParse(PARAMS, ownEntry(params, installation))
  const written = (own.success ? own.data.slackSecretsPath : undefined) ?? params.default.slackSecretsPath ?? ''
  return {
    stackName: `${service}-${installation}`,
    secretsPath: () => {
      const secretsPath = written.replaceAll('${sls:stage}', installation).replace(/\/+$/, '')
      if (/^\/[\w./-]+$/.test(secretsPath)) return secretsPath
      throw new Failure(
        `slackSecretsPath in ${path} is ${JSON.stringify(written)}, which only serverless can resolve: give the path with --secrets-path.`,
      )
    },
  }
}
