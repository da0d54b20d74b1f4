import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { configurationFrom } from '../../functions/config/configuration.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import { barrierFor } from '../../functions/domain/policy.ts'
import { frozenAt } from '../../functions/domain/window.ts'
import { resolvePolicy } from '../../functions/flows/approval/resolve-policy.ts'
import { botToken, type TokenOptions } from '../bot-token.ts'
import { changeBy, starterNamed } from '../explain/asked-change.ts'
import { offlineDirectory, onlineDirectory } from '../explain/directory.ts'
import { findRoute, type Wanted } from '../explain/find-route.ts'
import { frozenText, policyLines, verdictOn } from '../explain/in-words.ts'
import { momentFrom, momentText } from '../explain/moment.ts'
import { namesOf, personNamed } from '../explain/somebody.ts'
import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { ownFile } from './check.ts'

interface Options extends TokenOptions, Omit<Wanted, 'accountId'> {
  account?: string
  person: string
  at?: string
  author: string[]
  starter?: string
  escalated?: boolean
  config?: string
  offline?: boolean
}

/** `greenlight explain`: which route an approval would take, and whether somebody could approve it. */
export const explain = (terminal: Terminal): Command =>
  new Command('explain')
    .description('say whether a person could approve a stage, and why')
    .requiredOption('--pipeline <name>', 'the pipeline')
    .requiredOption('--stage <name>', 'the stage that waits')
    .requiredOption('--person <id>', 'Slack user ID or e-mail address')
    .option('--action <name>', 'the approval action, where routes tell by it')
    .option('--account <id>', 'the AWS account, where routes tell by it')
    .option('--region <name>', 'the AWS Region of the pipeline, where routes tell by it')
    .option('--at <time>', 'such as "2026-12-18 17:00", by the configuration’s zone; else now')
    .option('--author <who>', 'who wrote the change: an e-mail address, or a name as in Git', several, [])
    .option('--starter <arn>', 'who started the execution by hand; else whoever wrote the change pushed it')
    .option('--escalated', 'as it is after the escalation')
    .option('--config <file>', 'another file than greenlight.yml')
    .option('--offline', 'ask nobody in Slack: user groups stay unknown')
    .option('--installation <stage>', 'whose bot token to ask with, where SLACK_BOT_TOKEN is not set', 'prod')
    .option('--secrets-path <path>', 'where that token is; else as serverless.yml has it')
    .addHelpText(
      'after',
      `
Example:
  npx greenlight explain --pipeline shop-web --stage Production --person dana@example.com --at "2026-12-19 10:00"`,
    )
    .action(async (options: Options) => {
      for (const line of await explained(options, terminal)) terminal.print(line)
    })

const several = (value: string, before: string[]): string[] => [...before, value]

const explained = async (options: Options, terminal: Terminal): Promise<string[]> => {
  const path = options.config ?? ownFile(terminal)
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Failure(`${path} cannot be read.`)
  })
  const read = readConfiguration(text)
  if (read.kind === 'invalid')
    throw new Failure(`${path} is not valid, so nobody may approve in Slack: greenlight check says what is wrong.`)
  const { configuration: file } = read
  const { account, pipeline, stage, action, region, person, author, starter } = options
  const title = `${pipeline}, stage ${stage}`
  const at = options.at === undefined ? terminal.now() : momentFrom(options.at, file.zone)
  const found = findRoute(file, {
    pipeline,
    stage,
    ...(action && { action }),
    ...(account && { accountId: account }),
    ...(region && { region }),
  })
  if (!found) return [title, `No route of ${path} matches, so nobody may approve in Slack: ${person} could not either.`]

  const { index, route } = found
  const { line } = read.at(['routes', index], '')
  const directory = options.offline ? offlineDirectory : onlineDirectory(await botToken(options, terminal), terminal)
  // Only this route is left, so that what was not told of the place cannot matter any more.
  const configuration = configurationFrom({ ...file, routes: [{ ...route, match: {} }] })
  const where = { pipeline, stage, action: action ?? '', accountId: account ?? '', region: region ?? '' }
  const resolvedPolicy = await resolvePolicy(
    { configuration, directory },
    {
      where,
      change: changeBy(author),
      starter: starterNamed(starter, author.length > 0),
      escalatedAt: options.escalated ? at : null,
    },
    at,
  )
  const { policy } = resolvedPolicy!
  const { forbid } = configuration.routeFor(where)!
  const somebody = await personNamed(directory, person)
  const involved = [
    ...policy.rules.flatMap(({ people }) => people),
    ...policy.breakGlass,
    ...policy.forbidden.map(({ userId }) => userId),
    ...(resolvedPolicy!.timing.escalate?.people ?? []),
  ]
  const named = await namesOf(directory, involved)
  const frozen = frozenAt(policy.freezes, at)
  const untold = forbid.filter((one) => author.length === 0 && !(one === 'starter' && starter))
  return [
    title,
    `Route ${index + 1} matches (${path}:${line}).`,
    ...policyLines(resolvedPolicy!, forbid, named),
    ...(untold.length > 0
      ? [`Its ${untold.join(' and its ')} were not told (--author, --starter): taken to be others.`]
      : []),
    ...(frozen
      ? [
          `It is ${frozenText(frozen)}.`,
          `Who may break the glass: ${policy.breakGlass.map(named).join(', ') || 'nobody'}.`,
        ]
      : []),
    ...(options.offline ? ['Slack was not asked: an ID and an e-mail address are taken for different people.'] : []),
    '',
    ...verdictOn(somebody, momentText(at, file.zone), (userId, verdict) =>
      barrierFor(policy, userId, verdict, at, false),
    ),
    ...(frozen && 'userId' in somebody && !somebody.doubt && policy.breakGlass.includes(somebody.userId)
      ? ['They could break the glass.']
      : []),
  ]
}
