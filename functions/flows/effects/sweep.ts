import { isDeploying } from '../../domain/approval.ts'
import { attentionAt, mustAnnounce } from '../../domain/attention.ts'
import type { Effect } from '../../domain/effect.ts'
import { executionAttentionAt } from '../../domain/execution-attention.ts'
import { absenceNeedsAttention } from '../../domain/absence.ts'
import { needsAttention } from '../../domain/freeze.ts'
import type { AccountRegion, ExecutionKey } from '../../domain/pipeline.ts'
import { endNoticeAt } from '../../domain/deployment-notices.ts'
import { NO_HOMES, followedUsers } from '../../domain/open-homes.ts'
import { noticeAt } from '../../domain/due-notices.ts'
import { mustBeShown } from '../../domain/showing.ts'
import { hasUnfiledSkips } from '../../domain/skipped-approval.ts'
import { DAY } from '../../domain/time-units.ts'
import { staleNotices } from '../../domain/kept-notices.ts'
import { dueDigests } from '../show/send-digest.ts'
import { changeApproval } from '../approval/change-approval.ts'
import { fewAtOnce } from '../../few-at-once.ts'
import type { DueRecord } from '../../ports/attention.ts'
import type { Services } from '../../ports/services.ts'

/** A record may have 400 kB, and is in memory while it is changed. */
const SWEPT_AT_ONCE = 20

/**
 * Story: a minute has passed. Work that was lost (by a crash between a fact and its effect, a lost event, an outage) is
 * found by its record and put into the queue again; approvals that have no record are looked for in CodePipeline. One bad
 * record never stops the others.
 */
export const sweep = async (services: Services, accounts: readonly AccountRegion[]): Promise<void> => {
  const { absences, attention, configuration, freezes, clock, log } = services
  const now = clock.now()
  const there = accounts.filter(configuration.mayAskByEvents)
  await sendEach(
    services,
    there.map((one) => ({ do: 'look-for-approvals', there: one })),
  )
  const frozen = (await freezes.all()).flatMap((one) => (one.kind === 'freeze' ? one.freeze : []))
  await sendEach(
    services,
    frozen.filter((one) => needsAttention(one, now)).map(({ id }) => ({ do: 'tend-freeze', freeze: id })),
  )
  // An absence that was over a day ago was tended in many minutes.
  const away = (await absences.endingFrom(now - DAY)).flatMap((one) => (one.kind === 'absence' ? one.absence : []))
  await sendEach(
    services,
    away.filter((one) => absenceNeedsAttention(one, now)).map(({ id }) => ({ do: 'tend-absence', absence: id })),
  )
  await sendEach(services, dueDigests(services))
  await followHomes(services).catch((error: unknown) => {
    log.error('Home tabs are not followed in this minute', { error })
    log.count('EffectFailed')
  })
  const due = await attention.due(clock.now())
  await fewAtOnce(SWEPT_AT_ONCE, due, (record) =>
    attendTo(services, record).catch((error: unknown) => {
      log.error('A record could not be swept', { ...record, error })
      log.count('EffectFailed')
    }),
  )
  if (due.length > 0) log.info('Swept', { records: due.length })
}

/** What the queue does not take is found again in the next minute. */
const sendEach = async ({ queue, log }: Services, effects: readonly Effect[]): Promise<void> => {
  for (const effect of effects)
    await queue.send({ effect, attempt: 1 }, 0).catch((error: unknown) => {
      log.error('The queue did not take what is to be done in this minute', { effect, error })
      log.count('EffectFailed')
    })
}

const HOMES_AT_ONCE = 10
/** Fewer than 200 a minute, and all within it. Seconds. */
const HOMES_APART = 5

/** Each shows what has changed in this minute. */
const followHomes = async ({ homes, queue, clock }: Services): Promise<void> => {
  const users = followedUsers((await homes.read('homes')) ?? NO_HOMES, clock.now())
  for (let from = 0; from < users.length; from += HOMES_AT_ONCE) {
    const effect: Effect = { do: 'show-homes', users: users.slice(from, from + HOMES_AT_ONCE), opened: null }
    await queue.send({ effect, attempt: 1 }, (from / HOMES_AT_ONCE) * HOMES_APART)
  }
}

const attendTo = async (services: Services, record: DueRecord): Promise<void> => {
  const effects =
    'approval' in record
      ? await approvalNeeds(services, record.approval)
      : await executionNeeds(services, record.execution)
  for (const effect of effects) await services.queue.send({ effect, attempt: 1 }, 0)
}

/** The record is marked as looked at, so that the next look comes after its effects had time. */
const approvalNeeds = async (services: Services, id: string): Promise<Effect[]> => {
  const now = services.clock.now()
  const needs = await changeApproval(services, id, (approval) => {
    // The index lags behind the record.
    if (!isDue(attentionAt(approval), now)) return [approval, []]
    const effects: Effect[] = [
      ...(approval.state.name === 'deciding' ? [{ do: 'settle-approval', approval: id } as const] : []),
      ...(approval.state.name === 'waiting' || isDeploying(approval)
        ? [{ do: 'check-approval', approval: id } as const]
        : []),
      ...(approval.deferredClicks.length > 0 ? [{ do: 'weigh-deferred-clicks', approval: id } as const] : []),
      ...(mustBeShown(approval.showing, now) ? [{ do: 'show-approval', approval: id } as const] : []),
      ...(isDue(noticeAt(approval), now) ? [{ do: 'send-notices', approval: id } as const] : []),
      ...(staleNotices(approval).length > 0 ? [{ do: 'show-notices', approval: id } as const] : []),
      ...(mustAnnounce(approval) ? [{ do: 'announce-verdict', approval: id } as const] : []),
      ...(approval.journal.unfiled.length > 0 ? [{ do: 'file-entries', approval: id } as const] : []),
    ]
    return [{ ...approval, checkedAt: now }, effects]
  })
  return needs ?? []
}

const executionNeeds = async (services: Services, key: ExecutionKey): Promise<Effect[]> => {
  const now = services.clock.now()
  const needs = await services.executions.change(key, (execution) => {
    if (!isDue(executionAttentionAt(execution), now)) return [execution, []]
    const effects: Effect[] = [
      ...(execution.confirmed ? [] : [{ do: 'check-execution', execution: key } as const]),
      ...(hasUnfiledSkips(execution) ? [{ do: 'file-skips', execution: key } as const] : []),
      ...(mustBeShown(execution.showing, now) ? [{ do: 'show-execution', execution: key } as const] : []),
      ...(isDue(endNoticeAt(execution), now) ? [{ do: 'tell-execution', execution: key } as const] : []),
    ]
    return [{ ...execution, lastEventAt: now }, effects]
  })
  return needs ?? []
}

/** Null is never due. */
const isDue = (at: number | null, now: number): boolean => at !== null && at <= now
