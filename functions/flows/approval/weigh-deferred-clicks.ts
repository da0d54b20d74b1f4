import type { Effect } from '../../domain/effect.ts'
import { effectsOf, inform, sign, weigh } from './weigh.ts'
import { readApproval } from './change-approval.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'

/**
 * Story: a person clicked while Slack was too slow to list the members of a group. Now there is time to wait for it. If
 * Slack still does not answer, the click is refused, and the person is told why.
 */
export const weighDeferredClicks = async (services: Services, approvalId: string): Promise<Performed> => {
  const { slack, configuration, log } = services
  const approval = await readApproval(services, approvalId)
  const next: Effect[] = []
  let unsigned = false
  for (const note of approval?.deferredClicks ?? []) {
    const { who, act, at } = note
    const known = await inform(services, approval!, who, (policy) => sign(services, policy, who, act, at))
    const result = await weigh(services, approvalId, known, act, at, { note })
    if (result === 'unsigned') {
      unsigned = true
      continue
    }
    // Another function has weighed it, or the approval has ended.
    if (!result) continue
    next.push(...effectsOf(result))
    const { attempted } = result
    const place = result.approval.showing.place
    if (attempted.kind === 'refused' && place)
      await slack
        .whisper(place.channel, who.userId, {
          kind: 'refusal',
          refusal: attempted.refusal,
          approval: result.approval,
          route: configuration.routeFor(result.approval.where),
        })
        .catch((error: unknown) =>
          log.warn('The private answer to a refused click failed', { approval: approvalId, error }),
        )
  }
  return unsigned ? again(5, 'a click could not be signed', next) : done(next)
}
