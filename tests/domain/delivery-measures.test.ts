import type { RecordedDelivery, RecordedDeployment } from '../../functions/domain/delivery-measures.ts'
import {
  deliveryIn,
  deliveryOf,
  measured,
  pipelineOfKey,
  pipelinesIn,
  together,
} from '../../functions/domain/delivery-measures.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { requested, settled, withEntry } from '../../functions/domain/approval.ts'
import type { AutomaticRule } from '../../functions/domain/automatic-rule.ts'
import type { Happening } from '../../functions/domain/journal.ts'
import type { Deployment, Outcome } from '../../functions/domain/outcome.ts'
import { CHANGE, DAY, MINUTE, ROUNDING, START, WHERE, newApproval } from '../support/records.ts'

const SHOP = `${WHERE.accountId}/${WHERE.region}/${WHERE.pipeline}`
const SPAN = { from: START, to: START + DAY }

const deployed = (minute: number, end: RecordedDeployment['end'], more: Partial<RecordedDeployment> = {}) => ({
  pipeline: SHOP,
  executionId: `e${minute}`,
  end,
  at: START + minute * MINUTE,
  committedAt: null,
  ...more,
})
const answered = (minute: number, waited: number, pipeline = SHOP) => ({
  pipeline,
  requestedAt: START + (minute - waited) * MINUTE,
  answeredAt: START + minute * MINUTE,
})
const delivery = (deployments: RecordedDeployment[], answers: RecordedDelivery['answered'] = []): RecordedDelivery =>
  together([{ deployments, answered: answers }])

/** What the record of an approval says that waited an hour, and whose deployment ended so. */
const recorded = (release: Deployment, committedAt?: number) => {
  const revision = { ...ROUNDING, ...(committedAt !== undefined && { committedAt }) }
  const asked = requested(newApproval({ change: { ...CHANGE, revisions: [revision] } }))
  const approved = settled(asked, { how: 'slack', verdict: 'Approved' }, START + 60 * MINUTE)
  return deliveryIn(withEntry(approved, START + 70 * MINUTE, { what: 'released', release }).journal.unfiled)
}

describe('the record of an approval', () => {
  test('tells its deployment, when its commit was written, and how long it waited', () => {
    const live: Deployment = { name: 'live', at: START + 70 * MINUTE, summary: null }
    expect(recorded(live, START - DAY)).toEqual({
      deployments: [
        {
          pipeline: SHOP,
          executionId: newApproval().executionId,
          end: 'live',
          at: START + 70 * MINUTE,
          committedAt: START - DAY,
        },
      ],
      answered: [{ pipeline: SHOP, requestedAt: START, answeredAt: START + 60 * MINUTE }],
    })
    expect(recorded(live).deployments[0]!.committedAt).toBeNull()
  })

  test('tells when the newest of its commits was written', () => {
    const revisions = [START - DAY, START - MINUTE, START - 2 * DAY].map((committedAt) => ({
      ...ROUNDING,
      committedAt,
    }))
    const asked = requested(newApproval({ change: { ...CHANGE, revisions: [...revisions, ROUNDING] } }))
    const live = { name: 'live', at: START, summary: null } as const
    const { journal } = withEntry(asked, START, { what: 'released', release: live })
    expect(deliveryIn(journal.unfiled).deployments).toMatchObject([{ committedAt: START - MINUTE }])
  })

  test.each<[string, Deployment]>([
    ['runs', { name: 'running' }],
    ['was stopped', { name: 'stopped', at: START, summary: null }],
    ['was rejected later', { name: 'failed', at: START, summary: null, rejectedIn: 'Approve2' }],
  ])('of a deployment that %s tells none', (_, release) => {
    expect(recorded(release).deployments).toEqual([])
  })

  test('of an approval that no one answered tells no time of waiting', () => {
    const expired = settled(requested(newApproval()), { how: 'expired' }, START + DAY)
    expect(deliveryIn(expired.journal.unfiled)).toEqual({ deployments: [], answered: [] })
    expect(deliveryIn([])).toEqual({ deployments: [], answered: [] })
  })
})

describe('the record of an approval that a rule decided', () => {
  const rule = { after: 60 * MINUTE, alarms: [] }
  const decided = (more: { by?: string[]; automatic?: AutomaticRule }): Happening => ({
    ...{ what: 'decided', verdict: 'Approved', by: [], rules: [] },
    ...more,
  })
  const byRule = withEntry(requested(newApproval()), START + 60 * MINUTE, decided({ automatic: rule }))
  const answers = (approval: Approval, outcome: Outcome) =>
    deliveryIn(settled(approval, outcome, START + 90 * MINUTE).journal.unfiled).answered
  const SENT: Outcome = { how: 'slack', verdict: 'Approved' }

  test('tells no time of waiting', () => {
    expect(answers(byRule, SENT)).toEqual([])
  })

  test.each<[string, Approval, Outcome]>([
    ['in the AWS console meanwhile', byRule, { how: 'console', verdict: 'Approved', by: null, summary: null }],
    ['after the sender refused it', withEntry(byRule, START + 80 * MINUTE, decided({ by: ['U1'] })), SENT],
  ])('tells one if a person answered %s', (_, approval, outcome) => {
    expect(answers(approval, outcome)).toMatchObject([{ answeredAt: START + 90 * MINUTE }])
  })
})

test('a deployment counts once, however many approvals it had', () => {
  const one = { deployments: [deployed(10, 'live')], answered: [answered(5, 5)] }
  expect(measured(together([one, one]), SPAN)).toMatchObject({ deployments: 1, waiting: { count: 2 } })
})

test('deployments are different ones by each of pipeline, execution, end and time, and come in order of time', () => {
  const one = deployed(10, 'live')
  const others = [{ pipeline: 'b' }, { executionId: 'e' }, { end: 'failed' as const }, { at: START }]
  const all = [one, ...others.map((more) => ({ ...one, ...more })), one]
  const { deployments } = together([{ deployments: all, answered: [] }])
  expect(deployments).toHaveLength(5)
  expect(deployments[0]).toMatchObject({ at: START })
})

test('of the pipelines that are covered, deployments and answers are told', () => {
  const key = '111122223333/eu-west-1/api'
  expect(pipelineOfKey(key)).toEqual({ accountId: '111122223333', region: 'eu-west-1', pipeline: 'api' })
  const all = delivery(
    [deployed(1, 'live'), deployed(2, 'live', { pipeline: key })],
    [answered(3, 1), answered(4, 1, key)],
  )
  const told = deliveryOf(all, ({ pipeline }) => pipeline === 'api')
  expect(told).toEqual({ deployments: [all.deployments[1]], answered: [all.answered[1]] })
})

describe('the measures', () => {
  test('are of the span, whose end is left out', () => {
    const all = delivery([deployed(-1, 'live'), deployed(0, 'live'), deployed(1_439, 'live'), deployed(1_440, 'live')])
    expect(measured(all, SPAN).deployments).toBe(2)
  })

  test('are the share that failed, and none without a deployment', () => {
    expect(measured(delivery([deployed(1, 'failed'), deployed(2, 'live'), deployed(3, 'live')]), SPAN)).toMatchObject({
      deployments: 2,
      failed: 1,
      failureRate: 1 / 3,
    })
    expect(measured(delivery([]), SPAN)).toEqual({
      deployments: 0,
      failed: 0,
      failureRate: null,
      leadTime: null,
      waiting: null,
      restore: null,
    })
  })

  test('are the lead time of what is live, by the middle one and the longest', () => {
    const committed = (minute: number, before: number) =>
      deployed(minute, 'live', { committedAt: START + (minute - before) * MINUTE })
    const all = delivery([committed(10, 10), committed(20, 40), committed(30, 20), deployed(40, 'live')])
    expect(measured(all, SPAN).leadTime).toEqual({ median: 20 * MINUTE, longest: 40 * MINUTE, count: 3 })
  })

  test('are the middle of two between them, and never less than nothing', () => {
    const two = delivery([], [answered(10, 4), answered(20, 8)])
    expect(measured(two, SPAN).waiting).toEqual({ median: 6 * MINUTE, longest: 8 * MINUTE, count: 2 })
    const four = delivery([], [answered(9, 9), answered(8, 1), answered(7, 4), answered(6, 5)])
    expect(measured(four, SPAN).waiting).toEqual({ median: 4.5 * MINUTE, longest: 9 * MINUTE, count: 4 })
    const odd = [0, 3].map((ms) => ({ pipeline: SHOP, requestedAt: START, answeredAt: START + ms }))
    expect(measured(delivery([], odd), SPAN).waiting?.median).toBe(2)
    const ahead = delivery([deployed(1, 'live', { committedAt: START + 9 * MINUTE })])
    expect(measured(ahead, SPAN).leadTime?.median).toBe(0)
  })

  test('are the time from the first failure to the next that is live, also from before the span', () => {
    const all = delivery([
      deployed(-30, 'failed'),
      deployed(-10, 'failed'),
      deployed(30, 'live'),
      deployed(40, 'live'),
      deployed(50, 'failed', { pipeline: 'other' }),
      deployed(60, 'live'),
    ])
    expect(measured(all, SPAN).restore).toEqual({ median: 60 * MINUTE, longest: 60 * MINUTE, count: 1 })
  })

  test('are of one pipeline where that is asked', () => {
    const all = delivery([deployed(1, 'live', { pipeline: 'b' }), deployed(2, 'live')], [answered(3, 1, '0')])
    expect(pipelinesIn(all, SPAN)).toEqual(['0', SHOP, 'b'])
    const before = delivery([deployed(-1, 'live')], [answered(-1, 1, 'c'), answered(1_440, 1, 'd')])
    expect(pipelinesIn(before, SPAN)).toEqual([])
    expect(measured(all, SPAN, 'b')).toMatchObject({ deployments: 1, waiting: null })
  })
})
