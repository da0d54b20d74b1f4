import type { SQSEvent } from 'aws-lambda'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { buttonClicked } from '../../functions/button-clicked.ts'
import { approvalDecided } from '../../functions/approval-decided.ts'
import { dayPassed } from '../../functions/day-passed.ts'
import { effectDue, effectServices } from '../../functions/effect-due.ts'
import type { Log } from '../../functions/ports/log.ts'
import type { RecordForm } from '../../functions/aws/deflated-record.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import { openServices } from '../../functions/services.ts'
import { ACCOUNT } from '../../local/workspace/account.ts'
import type { ActionRunner } from '../../local/aws/action-runner.ts'
import type { Delivery, DeliverySettings } from '../../local/workspace/delivery.ts'
import type { Doors, DoorsSettings } from '../../local/workspace/doors.ts'
import { pipelineFromTemplate } from '../../local/workspace/pipeline-from-template.ts'
import { renderTemplate } from '../../local/aws/template/template.ts'
import { stillDelivery } from '../../tests/support/still-delivery.ts'
import { COMPARISONS } from './counts.ts'
import type { Tally } from './tally.ts'
import { waitsOf, withCountedPauses } from './waits.ts'

/** One rule with two required approvals, and no reminders: the approval in the guide to costs. */
const CONFIGURATION = `
defaults: { approvals: C0RELEASES, status: C0DEPLOYS }
routes:
  - match: { pipeline: flask-app, stage: Production }
    environment: Production
    approvers: [{ name: release managers, people: [U0DANA, U0ELI], count: 2 }]
`

/** What powertools and Lambda add to each line, and what Lambda writes for each invocation. Bytes, about. */
const AROUND_A_LINE = 420
const OF_AN_INVOCATION = 330
const METRIC_LINE = 300

/** The bot, with its invocations and its log counted; it reaches AWS and Slack through `proxy` and stores records as `form`. */
export const openCountedDoors =
  (tally: Tally, proxy: () => string, form: RecordForm) =>
  async (environment: Record<string, string>, { clock, url, directory }: DoorsSettings): Promise<Doors> => {
    const GREENLIGHT_CONFIG = join(directory, 'greenlight.yml')
    await writeFile(GREENLIGHT_CONFIG, CONFIGURATION)
    const through = Object.entries(environment).map(([name, value]) => [name, value.replaceAll(url, proxy())] as const)
    const line = (message: string, about: object = {}) =>
      tally.add('CloudWatch Logs bytes', AROUND_A_LINE + message.length + JSON.stringify(about).length)
    const log: Log = {
      info: line,
      warn: line,
      error: line,
      count: () => tally.add('CloudWatch Logs bytes', METRIC_LINE),
    }
    const own = { GREENLIGHT_CONFIG, STORED_RECORDS: form }
    const services = openServices({ ...Object.fromEntries(through), ...own }, withCountedPauses(clock), log)
    const counted =
      <Event, Answer>(
        name: string,
        door: (event: Event) => Promise<Answer>,
        part: (event: Event) => string = () => name,
      ) =>
      async (event: Event): Promise<Answer> => {
        tally.add(`Lambda ${name}`)
        tally.add('CloudWatch Logs bytes', OF_AN_INVOCATION)
        const { result, milliseconds } = await waitsOf(() => door(event))
        tally.add(`waits in ${part(event)}, milliseconds`, milliseconds)
        return result
      }
    const effects = counted('effect-due', effectDue(effectServices(services)), ({ Records }) =>
      Records.some(({ body }) => body.includes('unlessLookedAt')) ? COMPARISONS : 'effect-due',
    )
    // The messages of a moved clock arrive together. Of a real one, most arrive alone.
    const effectsAlone = async ({ Records }: SQSEvent) => {
      const answers = await Promise.all(Records.map((record) => effects({ Records: [record] })))
      return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) }
    }
    return {
      approvalRequested: counted('approval-requested', approvalRequested(services)),
      pipelineChanged: counted('pipeline-changed', pipelineChanged(services)),
      buttonClicked: counted('button-clicked', buttonClicked(services)),
      effectDue: effectsAlone,
      dayPassed: dayPassed(null),
      approvalDecided: approvalDecided(null),
      minutePassed: counted('minute-passed', minutePassed(services)),
    }
  }

/** So long that all effects of an action's start are over when it ends, as in a real pipeline. Milliseconds. */
const ACTION_TAKES = 4_000

/** The pipeline of infra/pipeline.yml, whose actions do nothing, one after another. */
export const openCountedDelivery = async (settings: DeliverySettings): Promise<Delivery> => {
  const content = await readFile(new URL('../../infra/pipeline.yml', import.meta.url), 'utf8')
  const { accountId, region, approvalTopicArn: ApprovalTopicArn } = ACCOUNT
  const ConnectionArn = `arn:aws:codeconnections:${region}:${accountId}:connection/00000000-0000-4000-8000-000000000001`
  const parameters = { ConnectionArn, RepositoryId: 'greenlight/flask-app', ApprovalTopicArn }
  const still = await stillDelivery(settings)
  const done: ActionRunner = () => Promise.resolve({ status: 'Succeeded', outputVariables: { APP_VERSION: '1' } })
  const runners = { ...still.runners, 'Build/CodeBuild': done, 'Test/CodeBuild': done }
  const slowly =
    (runner: ActionRunner): ActionRunner =>
    async (run) => {
      await sleep(ACTION_TAKES)
      return runner(run)
    }
  return {
    ...still,
    pipeline: pipelineFromTemplate(renderTemplate(content, { accountId, region, parameters })),
    runners: Object.fromEntries(Object.entries(runners).map(([type, runner]) => [type, slowly(runner)])),
  }
}
