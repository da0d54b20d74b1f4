import { approvalId } from '../../../functions/domain/approval-id.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import type { Outcome } from '../../../functions/domain/outcome.ts'
import { actOnApproval } from '../../../functions/flows/approval/act-on-approval.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { checkApproval } from '../../../functions/flows/approval/check-approval.ts'
import { requestApproval } from '../../../functions/flows/approval/request-approval.ts'
import { performNow } from '../../../functions/flows/effects/perform-effect.ts'
import type { GateRow, Services } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { CARDS, DAY, MINUTE, START, actor, notification, TOKEN, WHERE } from '../../support/records.ts'

type HookStatus = 'AWAITING_ACTION' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT'

/**
 * A deployment of Amazon ECS that waits at a pause hook, as far as DescribeServiceDeployments and
 * ContinueServiceDeployment describe it ("Continuing service deployments", Amazon ECS Developer Guide).
 */
const pausedDeployment = () => {
  let status: HookStatus = 'AWAITING_ACTION'
  const continued: string[] = []
  const outcomeFor = (current: Approval): Outcome =>
    current.state.name === 'deciding'
      ? { how: 'slack', verdict: current.state.verdict }
      : status === 'TIMED_OUT'
        ? { how: 'expired' }
        : { how: 'console', verdict: status === 'SUCCEEDED' ? 'Approved' : 'Rejected', by: null, summary: null }
  const row: GateRow = {
    service: 'Amazon ECS',
    over: () => ({
      findStarted: async () => ({ kind: 'over', because: 'no event names a hook' }),
      findPending: async ({ expiresAt }) =>
        status === 'AWAITING_ACTION'
          ? { kind: 'pending', executionId: 'deployment-1', expiresAt, since: null, newerExecutionId: null }
          : { kind: 'over', because: status },
      describe: async () => ({
        request: null,
        change: {
          revisions: [CARDS],
          into: [],
          liveIn: [],
          seen: [],
          since: null,
          unknown: 'first',
          live: [],
          authors: [],
        },
        starter: { kind: 'unknown', name: null, arn: null },
        newer: null,
        tests: null,
        changeSets: null,
        otherApprovals: [],
        mayAskMore: false,
      }),
      behind: async () => ({ changeSets: [], others: [] }),
      wasRefused: async () => false,
      describeNewer: async () => null,
      compare: async () =>
        status === 'AWAITING_ACTION'
          ? { kind: 'pending', newerExecutionId: null, anew: null }
          : { kind: 'ended', ended: outcomeFor },
      findEnding: async () => (status === 'AWAITING_ACTION' ? null : outcomeFor),
      sendVerdict: async (_, verdict) => {
        continued.push(verdict === 'Approved' ? 'CONTINUE' : 'ROLLBACK')
        status = verdict === 'Approved' ? 'SUCCEEDED' : 'FAILED'
        return { kind: 'recorded' }
      },
      consoleUrl: () => 'https://console.example/ecs/deployment-1',
    }),
  }
  return { row, continued, becomes: (next: HookStatus) => void (status = next) }
}

/** A bot whose approval answers that hook. Its CodePipeline throws when it is asked. */
const bot = async () => {
  const deployment = pausedDeployment()
  const made = botInMemory({ forbid: [], approvers: [{ name: 'engineers', people: ['U0DANA'], groups: [], count: 1 }] })
  const services: Services = { ...made.services, gates: { 'manual-approval': deployment.row } }
  const id = approvalId(WHERE.accountId, WHERE.region, TOKEN)
  const hook = notification({ id, expiresAt: START + DAY })
  const perform = async ({ next }: { next: Parameters<typeof performNow>[1] }) => performNow(services, next, MINUTE)
  await perform(await requestApproval(services, hook))
  return {
    ...made,
    ...deployment,
    check: async () => perform(await checkApproval(services, id)),
    vote: async (verdict: 'Approved' | 'Rejected') => {
      const acted = await actOnApproval(services, {
        approvalId: id,
        who: actor('U0DANA'),
        act: { do: 'vote', verdict, comment: '' },
      })
      await perform({ next: 'effects' in acted ? acted.effects : [] })
    },
    read: async () => (await readApproval(services, id))!,
  }
}

describe('a second kind of gate', () => {
  test.each([
    ['Approved', 'CONTINUE'],
    ['Rejected', 'ROLLBACK'],
  ] as const)('gets the verdict of the votes: %s is %s', async (verdict, action) => {
    const { vote, continued, read, slack } = await bot()
    expect(slack.messages).toMatchObject([{ card: { consoleUrl: 'https://console.example/ecs/deployment-1' } }])
    await vote(verdict)
    expect(continued).toEqual([action])
    expect((await read()).state).toMatchObject({ name: 'settled', outcome: { how: 'slack', verdict } })
  })

  test.each([
    ['SUCCEEDED', { how: 'console', verdict: 'Approved' }],
    ['FAILED', { how: 'console', verdict: 'Rejected' }],
    ['TIMED_OUT', { how: 'expired' }],
  ] as const)('can end without Greenlight: %s', async (status, outcome) => {
    const { becomes, check, read, continued } = await bot()
    await check()
    expect((await read()).state.name).toBe('waiting')
    becomes(status)
    await check()
    expect((await read()).state).toMatchObject({ name: 'settled', outcome })
    expect(continued).toEqual([])
  })
})
