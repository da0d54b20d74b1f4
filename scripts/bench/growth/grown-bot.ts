import { openTable } from '../../../functions/aws/table.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { pendingFor } from '../../../functions/flows/command/judge-waiting.ts'
import { pipelineStatuses } from '../../../functions/flows/command/read-pipelines.ts'
import { performNow } from '../../../functions/flows/effects/perform-effect.ts'
import { sweep } from '../../../functions/flows/effects/sweep.ts'
import { followPipeline } from '../../../functions/flows/execution/follow-pipeline.ts'
import { showHomes } from '../../../functions/flows/home/show-homes.ts'
import { type Approval, settled } from '../../../functions/domain/approval.ts'
import { endNoticesOf } from '../../../functions/domain/deployment-notices.ts'
import { noticesOf } from '../../../functions/domain/due-notices.ts'
import type { Execution } from '../../../functions/domain/execution.ts'
import { noticeSaid } from '../../../functions/domain/notice-delivery.ts'
import { needNotBeShown } from '../../../functions/domain/showing.ts'
import type { DueServices } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../../tests/support/bot-in-memory.ts'
import {
  actionRun,
  executionSummary,
  pipelinesThatAnswer,
  stageState,
} from '../../../tests/support/pipeline-answers.ts'
import {
  DAY,
  KEY,
  MINUTE,
  START,
  TOKEN,
  WHERE,
  actionChange,
  actor,
  approval,
  execution,
  notification,
  pipelineChange,
  stageChange,
} from '../../../tests/support/records.ts'
import { type TableCounts, openCountedTable } from './counted-table.ts'

export interface Size {
  /** Each has had an execution in the last week, and has one that runs. */
  pipelines: number
  /** Approvals that are over, of the last 400 days. */
  approvals: number
}

/** What a step costs: the table's counts, and the calls of CodePipeline, Slack and SQS by name. */
export interface StepCounts extends TableCounts {
  others: Record<string, number>
}

/** Approvals that wait at each size. */
const WAITING = 3

const numbered = (letter: string, number: number): string => `${letter}${String(number).padStart(31, '0')}`

/** Over, shown, told and filed: nothing is due any more. */
const OVER: Approval = (() => {
  const ended = settled(approval(), { how: 'expired' }, START - DAY)
  const told = noticesOf(ended).reduce((so, { key }) => noticeSaid(so, key, { at: START - DAY }), ended)
  return {
    ...told,
    announced: true,
    showing: needNotBeShown(ended.showing),
    journal: { ...ended.journal, unfiled: [] },
  }
})()

const RUNNING = execution([stageChange('Source', 'running', START - DAY), pipelineChange('running', START - DAY)])

const RELEASED: Execution = (() => {
  const stages = ['Source', 'Build', 'Production'].map((stage) => stageChange(stage, 'succeeded', START - DAY))
  const ended = execution([...stages, pipelineChange('succeeded', START - DAY)])
  const told = endNoticesOf(ended).reduce((so, { key }) => noticeSaid(so, key, { at: START - DAY }), ended)
  return { ...told, confirmed: true, showing: needNotBeShown(ended.showing) }
})()

/** Executions that run at each size, in as many pipelines. */
const RUNNING_ONES = 2

/** A bot whose table has this size, and the steps that are counted. */
export const openGrownBot = async ({ pipelines, approvals }: Size) => {
  const table = openCountedTable()
  const memory = botInMemory({
    approvers: [{ name: 'engineers', people: ['U0DANA', 'U0CHEN'], groups: [], count: 2 }],
    forbid: [],
  })
  const { clock } = memory.services
  const connection = { region: KEY.region, credentials: { accessKeyId: 'bench', secretAccessKey: 'any' } }
  const others: Record<string, number> = {}
  const runs = [actionRun()]
  const answering = pipelinesThatAnswer({
    runs,
    executions: [executionSummary()],
    stages: [
      stageState('Source'),
      stageState('Production', {
        executionId: KEY.executionId,
        status: 'InProgress',
        actions: [{ action: 'Approve', status: 'InProgress', since: START, token: TOKEN }],
      }),
    ],
  })
  const services: DueServices = {
    ...memory.services,
    ...openTable(connection, 'greenlight', { clock }),
    pipelines: counted('CodePipeline', answering, others),
    slack: counted('Slack', memory.services.slack, others),
    queue: counted('SQS', memory.services.queue, others),
  }

  for (let number = 0; number < approvals; number++)
    await services.approvals.create({
      ...OVER,
      id: numbered('a', number),
      where: { ...WHERE, pipeline: `shop-${number % pipelines}` },
      requestedAt: START - ((approvals - number) / approvals) * 400 * DAY,
    })
  for (let number = 0; number < pipelines; number++)
    await services.executions.create({
      ...(number < RUNNING_ONES ? RUNNING : RELEASED),
      key: { ...KEY, pipeline: `shop-${number}`, executionId: numbered('e', number) },
      firstEventAt: START - ((pipelines - number) / pipelines) * 7 * DAY,
    })
  const waiting = Array.from({ length: WAITING }, (_, number) => ({
    ...approval(),
    id: numbered('f', number),
    where: { ...WHERE, pipeline: `shop-${number}` },
  }))
  for (const one of waiting) await services.approvals.create(one)
  table.take()

  const who = actor('U0DANA')
  const steps: Record<string, () => Promise<unknown>> = {
    'a click': async () => {
      const acted = await actOnApproval(services, {
        approvalId: waiting[0]!.id,
        who,
        act: { do: 'vote', verdict: 'Approved', comment: '' },
      })
      if (acted.kind !== 'done') throw new Error(`The click is ${acted.kind}`)
      await performNow(services, acted.effects, MINUTE)
    },
    'a request': async () => {
      const { next } = await requestApproval(services, notification({ expiresAt: START + 7 * DAY }))
      if (next.length === 0) throw new Error('No approval is requested')
      await performNow(services, next, MINUTE)
    },
    'an event': async () => {
      const change = actionChange('Build', 'Test', 'running', START)
      const key = { ...KEY, pipeline: 'shop-0', executionId: numbered('e', 0) }
      await performNow(services, await followPipeline(services, { key, change, approval: null }), MINUTE)
    },
    'the end of a stage': async () => {
      const change = stageChange('Source', 'succeeded', START)
      const key = { ...KEY, pipeline: 'shop-1', executionId: numbered('e', 1) }
      await followPipeline(services, { key, change, approval: null })
    },
    '/greenlight pending': () => pendingFor(services, who),
    '/greenlight status shop-1': () => pipelineStatuses(services, 'shop-1'),
    'the Home tab': () => showHomes(services, { users: ['U0DANA'], opened: clock.now() }, { isLast: true }),
    'the sweep of a minute': () => sweep(services, [{ accountId: KEY.accountId, region: KEY.region }]),
  }
  return {
    steps: Object.keys(steps),
    count: async (step: string): Promise<StepCounts> => {
      table.take()
      for (const name of Object.keys(others)) delete others[name]
      await steps[step]!()
      return { ...table.take(), others: { ...others } }
    },
    close: () => table.close(),
  }
}

export type GrownBot = Awaited<ReturnType<typeof openGrownBot>>

/** The port, with each call counted under its service. */
const counted = <Port extends object>(service: string, port: Port, counts: Record<string, number>): Port =>
  new Proxy(port, {
    get: (of, key) => {
      const member = Reflect.get(of, key) as unknown
      if (typeof member !== 'function') return member
      return (...given: unknown[]) => {
        const name = `${service} ${String(key)}`
        counts[name] = (counts[name] ?? 0) + 1
        return (member as (...args: unknown[]) => unknown).apply(of, given)
      }
    },
  })
