import { Option, type Command } from 'commander'
import { connectionFrom, type AwsConnection } from '../functions/aws/connection.ts'
import { readService, type Service } from './service.ts'
import type { Terminal } from './terminal.ts'

export interface PlaceOptions {
  stage: string
  region?: string
  secretsPath?: string
}

/** Which installation a command is about, and how to reach it. */
export interface Place extends Service {
  stage: string
  region: string
  connection: AwsConnection
}

/** Gives a command the options that name an installation. */
export const withPlace = (command: Command): Command =>
  command
    .option('--stage <name>', 'the stage that was deployed', 'prod')
    .option('--region <name>', 'its AWS region; else AWS_REGION, AWS_DEFAULT_REGION or us-east-1, as for a deploy')
    .addOption(new Option('--secrets-path <path>', 'where the Slack secrets are; else as serverless.yml has it'))

/** Standard variables of AWS, and serverless.yml, say what the options leave open. */
export const placeFrom = async ({ stage, region, secretsPath }: PlaceOptions, terminal: Terminal): Promise<Place> => {
  const { environment, directory } = terminal
  const service = await readService(directory, stage)
  const there = region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1'
  return {
    stage,
    region: there,
    connection: { ...connectionFrom(environment), region: there },
    ...service,
    ...(secretsPath && { secretsPath }),
  }
}
