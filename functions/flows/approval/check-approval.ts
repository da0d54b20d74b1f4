import type { Approval } from '../../domain/approval.ts'
import {
  checked,
  isDeploying,
  sayingUnsigned,
  settled,
  withChange,
  withResolvedPolicy,
  withSoak,
} from '../../domain/approval.ts'
import { besideOthers, withHeld } from '../../domain/approval-in-pipeline.ts'
import { foundNothing } from '../../domain/attention.ts'
import { withDecisionByEarlierVotes, withDecisionInTime } from '../../domain/attempt.ts'
import type { Effect } from '../../domain/effect.ts'
import { inReach, isLongOutOfReach, outOfReach } from '../../domain/out-of-reach.ts'
import { readSoak } from './automatic-approval.ts'
import { changeApproval, readApproval } from './change-approval.ts'
import { closeApproval, followDeployment } from './close-approval.ts'
import { gateOf } from '../gates/gates.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import type { Services } from '../../ports/services.ts'
import { MINUTE } from '../../domain/time-units.ts'
import { OutOfReach } from '../../ports/out-of-reach.ts'
import { asked } from '../asked.ts'
import { resolvePolicy } from './resolve-policy.ts'

/**
 * Story: an approval looks open, and the pipeline may know better: its closing event was lost, or has not come yet, or
 * a newer execution now waits behind it.
 */
export const checkApproval = async (
  services: Services,
  approvalId: string,
  { unlessLookedAt = false }: { unlessLookedAt?: boolean } = {},
): Promise<Performed> => {
  const { clock } = services
  const approval = await readApproval(services, approvalId)
  if (!approval || (unlessLookedAt && wasJustLookedAt(approval, clock.now()))) return done()
  if (approval.state.name === 'settled')
    return done(isDeploying(approval) ? await followDeployment(services, approval) : [])

  const gate = gateOf(services, approval)
  const askedAt = clock.now()
  const found = await asked(gate.compare(approval))
  if (found instanceof OutOfReach) return notCompared(services, approval, found)
  if (found.kind === 'unclear') return again(60, found.because)
  if (found.kind === 'ended')
    return closeApproval(services, approvalId, (current, now) => settled(current, found.ended(current), now))

  const { newerExecutionId, held = null, anew } = found
  const informedOf = (current: Approval): Approval => {
    const now = clock.now()
    return anew ? besideOthers(withChange(current, anew.change, askedAt, now), anew.otherApprovals, now) : current
  }
  const described = informedOf(approval)
  const known = approval.newer?.executionId === newerExecutionId
  const newer = known ? approval.newer : await gate.describeNewer(approval.where, newerExecutionId, described.change)
  const resolvedPolicy = await resolvePolicy(services, described, clock.now())
  const behind = () => gate.behind(described.where, described.executionId)
  const wasRefused = () => gate.wasRefused(described.where, described.executionId)
  const evidence = { ...services, behind, wasRefused }
  const soak = await readSoak(evidence, described.where, resolvedPolicy?.policy ?? null, approval.requestedAt)
  const compared = (stored: Approval): [Approval, Effect[]] => {
    const current = inReach(stored)
    const now = clock.now()
    if (current.state.name !== 'waiting') {
      const after = checked(current, newer, askedAt, now)
      return [foundNothing(current, after) ? current : after, []]
    }
    const informed = withResolvedPolicy(informedOf(current), resolvedPolicy, now)
    const looked = withSoak(withDecisionByEarlierVotes(informed, current.resolvedPolicy, now), soak, now)
    const known = askedAt < current.checkedAt ? looked : withHeld(looked, held, now)
    const after = withDecisionInTime(checked(sayingUnsigned(known, now), newer, askedAt, now), now)
    const effects: Effect[] = [
      ...(after.state.name === 'deciding' ? [{ do: 'settle-approval', approval: approvalId } as const] : []),
      ...(after.showing.truth === current.showing.truth
        ? []
        : [
            { do: 'show-approval', approval: approvalId } as const,
            { do: 'file-entries', approval: approvalId } as const,
          ]),
    ]
    return [foundNothing(current, after) ? current : after, effects]
  }
  const [after] = compared(approval)
  if (after === approval) return done()
  const next = await changeApproval(services, approvalId, compared, approval)
  return done(next ?? [])
}

/** Its account is not joined any more, or AWS refuses the bot's role there: then a person has two days to mend that. */
const notCompared = async (services: Services, approval: Approval, error: OutOfReach): Promise<Performed> => {
  const { clock, log } = services
  const { id } = approval
  const now = clock.now()
  log.warn('The bot may not read the pipeline of an approval', { approval: id, error })
  if (error.isUnjoined || isLongOutOfReach(approval, now))
    return closeApproval(services, id, (current, at) =>
      settled(current, { how: 'unknown', status: '', isOutOfReach: true }, at),
    )
  if (approval.outOfReachSince !== undefined) log.count('EffectFailed')
  else await changeApproval(services, id, (current) => [outOfReach(current, now), null], approval)
  return done()
}

/** It has just been asked for or looked at: CodePipeline's answers may be from before. */
const wasJustLookedAt = ({ checkedAt }: Approval, now: number): boolean => now >= checkedAt && now - checkedAt < MINUTE
