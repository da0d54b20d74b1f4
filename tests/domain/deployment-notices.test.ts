import type { DeploymentNotices, ToldEnd } from '../../functions/domain/deployment-notices.ts'
import { endNoticeAt, endNoticeOf, isTold } from '../../functions/domain/deployment-notices.ts'
import { executionAttentionAt } from '../../functions/domain/execution-attention.ts'
import {
  acquireExecutionNotice,
  holdNotice,
  postponeRefused,
  releaseNotice,
} from '../../functions/domain/notice-delivery.ts'
import { needNotBeShown } from '../../functions/domain/showing.ts'
import { DAY, MINUTE, START, execution, pipelineChange } from '../support/records.ts'

const ENDS: ToldEnd[] = ['failed', 'stopped', 'recovered', 'restored', 'live', 'superseded']

/** As docs/policy.md says of `deployments`. */
test.each<[DeploymentNotices, ToldEnd[]]>([
  ['all', ENDS],
  ['changes', ['failed', 'stopped', 'recovered', 'restored']],
  ['failures', ['failed']],
  ['none', []],
])('a route that wants to hear of %s is told of %j', (wanted, told) => {
  expect(ENDS.filter((end) => isTold(end, wanted))).toEqual(told)
})

describe('the end of an execution', () => {
  const ended = execution([pipelineChange('succeeded', START)])
  const { key } = endNoticeOf(ended)!
  const acquire = (of: typeof ended, now: number) => acquireExecutionNotice(of, 'a', now)

  test('is told within a day; later it is skipped, and the sweep looks no more', () => {
    expect(acquire(ended, START + DAY - 1)[1]).toMatchObject({ kind: 'acquired' })
    const [dropped, acquired] = acquire(ended, START + DAY)
    expect(acquired).toEqual({ kind: 'none' })
    expect(endNoticeAt(dropped)).toBeNull()
    const shown = { ...dropped, confirmed: true, showing: needNotBeShown(dropped.showing) }
    expect(executionAttentionAt(shown)).toBeNull()
  })

  test('is left, after a day, to the function that still sends it', () => {
    const [begun] = acquire(ended, START + DAY - 1)
    expect(acquireExecutionNotice(begun, 'b', START + DAY)).toEqual([
      begun,
      { kind: 'busy', until: START + DAY - 1 + MINUTE / 2 },
    ])
    expect(acquireExecutionNotice(begun, 'b', START + DAY + MINUTE)[1]).toEqual({ kind: 'none' })
  })

  test('that waited for days for the end of quiet hours is news from then on, also if Slack takes it later', () => {
    const monday = START + 3 * DAY
    const [begun, acquired] = acquire(holdNotice(ended, key, monday), monday)
    expect(acquired).toMatchObject({ kind: 'acquired' })
    const later = [
      begun,
      releaseNotice(begun, key, 'a'),
      postponeRefused(begun, key, 'a', monday),
      releaseNotice(acquire(postponeRefused(begun, key, 'a', monday), monday + MINUTE)[0], key, 'a'),
    ]
    for (const of of later) {
      expect(acquire(of, monday + DAY - 1)[1]).toMatchObject({ kind: 'acquired', notice: { key } })
      expect(acquire(of, monday + DAY)[1]).toEqual({ kind: 'none' })
    }
  })
})
