import { Command, Option } from 'commander'
import type { DifferenceOptions } from '../difference/explain-difference.ts'
import type { ExplainOptions } from '../explain/asked-route.ts'
import { wrongArgument } from '../failure.ts'
import { withNeededOptions } from '../needed-options.ts'
import type { Terminal } from '../terminal.ts'

/** `greenlight explain`: whether a person could approve a stage, and why. */
export const explain = (terminal: Terminal): Command =>
  withNeededOptions(explainCommand(terminal), { '--cases': '--diff', '--last': '--diff', '--table': '--diff' })

const explainCommand = (terminal: Terminal): Command =>
  new Command('explain')
    .description('say whether a person could approve a stage, and why; or what a change of policy does')
    .addOption(
      new Option('--diff <files...>', 'an old and a new policy: what the change does, in place of a person').conflicts([
        ...['person', 'action', 'account', 'region', 'at', 'author', 'starter', 'branch', 'tag', 'repository'],
        ...['source', 'trigger', 'executionMode', 'escalated', 'away', 'config'],
      ]),
    )
    .option('--pipeline <name>', 'the pipeline')
    .option('--stage <name>', 'the stage of the pipeline that waits for the approval')
    .option('--person <id>', 'the Slack user ID or e-mail address of the person')
    .option('--action <name>', 'the approval action; needed if routes match on it')
    .option('--account <id>', 'the AWS account of the pipeline; needed if routes match on it')
    .option('--region <name>', 'the AWS Region of the pipeline; needed if routes match on it')
    .option('--at <time>', 'a time such as "2026-12-18 17:00", in the zone of greenlight.yml (default: now)')
    .option('--author <name>', 'an author of the change: e-mail address, or name as in Git; may be repeated', added)
    .option('--starter <arn>', 'the AWS identity that started the execution (default: the author, by a push)')
    .option('--branch <name>', 'the branch of the change; needed if routes match on it')
    .option('--tag <name>', 'the Git tag whose push started the execution; needed if routes match on it')
    .option('--repository <name>', 'the repository of the change, as owner/name; needed if routes match on it')
    .option('--source <name>', 'the source action that brings the change; needed if routes match on it')
    .option(
      '--trigger <word>',
      'what started the execution: push, tag-push, manual, rollback, … (default: by the starter)',
    )
    .option('--execution-mode <name>', 'SUPERSEDED, QUEUED or PARALLEL; needed if routes match on it')
    .option('--escalated', 'explain the time after the escalation, when stand-ins can approve')
    .option(
      '--away <absent=standin>',
      'assume that a person is away and named another one to stand in, as U0DANA=U0LEE or by e-mail addresses; may be repeated',
      added,
    )
    .addOption(
      new Option('--cedar', 'print who may approve and reject as policies in Cedar, in place of a person').conflicts([
        ...['diff', 'person', 'escalated', 'away', 'offline'],
      ]),
    )
    .option('--config <file>', 'the configuration file (default: greenlight.yml)')
    .addOption(
      new Option('--offline', 'do not ask Slack; the members of user groups stay unknown').conflicts([
        'installation',
        'installationRegion',
        'secretsPath',
      ]),
    )
    .optionsGroup('With --diff:')
    .option('--cases <files...>', 'files of cases (default: NEW.test.yml beside NEW.yml)')
    .option('--last <number>', 'how many executions to compare: the newest of the audit record', '100')
    .option('--table <name>', 'the DynamoDB table of the audit record (default: the table of the installation)')
    .optionsGroup('Installation whose bot token asks Slack, if SLACK_BOT_TOKEN is not set:')
    .option('--installation <name>', 'its name, which serverless calls the stage', 'prod')
    .option('--installation-region <name>', 'its AWS Region (default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1)')
    .option('--secrets-path <path>', 'the path of the Slack secrets (default: slackSecretsPath of serverless.yml)')
    .addHelpText(
      'after',
      `
Exit codes:
  0  explained, whatever the answer
  1  the command failed
  2  wrong arguments

Examples:
  npx greenlight explain --pipeline shop-web --stage Production --person dana@example.com \\
    --at "2026-12-19 10:00"
  npx greenlight explain --pipeline shop-web --stage Production --person U012AB3CD --offline
  npx greenlight explain --pipeline shop-web --stage Production --person U012AB3CD --away U045DE6FG=U012AB3CD
  npx greenlight explain --pipeline shop-web --stage Production --cedar > production.cedar
  npx greenlight explain --diff before.yml greenlight.yml`,
    )
    .action(async (options: Partial<ExplainOptions> & Partial<DifferenceOptions>) => {
      if (options.diff) {
        const { explainDifference } = await import('../difference/explain-difference.ts')
        return explainDifference(options as DifferenceOptions, terminal)
      }
      const needed = options.cedar ? (['pipeline', 'stage'] as const) : (['pipeline', 'stage', 'person'] as const)
      const missing = needed.filter((name) => options[name] === undefined)
      if (missing.length > 0)
        throw wrongArgument(`${missing.map((name) => `--${name}`).join(' and ')} not given: say it, or --diff.`)
      if (options.cedar) {
        const { explainCedar } = await import('../explain/explain-cedar.ts')
        return explainCedar(options as ExplainOptions, terminal)
      }
      const { explainApproval } = await import('../explain/explain-approval.ts')
      await explainApproval(options as ExplainOptions & { person: string }, terminal)
    })

const added = (value: string, before: string[] = []): string[] => [...before, value]
