import type { Effect } from '../../domain/effect.ts'
import type { Execution } from '../../domain/execution.ts'
import { isOver } from '../../domain/execution.ts'
import { unexplained } from '../../domain/explanation.ts'
import { applyOutside, learned, newOutside, ofPipeline } from '../../domain/outside-execution.ts'
import type { OutsideState } from '../../domain/outside-execution.ts'
import { DAY } from '../../domain/time-units.ts'
import type { DueServices, Services } from '../../ports/services.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import { confirm } from '../execution/check-execution.ts'
import { explaining } from '../execution/explain-failure.ts'
import { wholeSecond } from '../execution/stage-changes.ts'
import { showing, telling, withCardLease } from '../show/execution-effects.ts'
import { keepEnd } from './keep-end.ts'

/**
 * Story: how a build or a deployment stands is read from its service: an event did not tell whether a pipeline created
 * it, its events stopped, or it is over. After the end it is read for the last time.
 */
export const checkOutside = async (
  services: Services & Pick<DueServices, 'outsideWorks'>,
  { execution: key, outside }: Extract<Effect, { do: 'check-outside' }>,
): Promise<Performed> => {
  const { configuration, executions, outsideWorks, clock, log } = services
  const known = await executions.read(key)
  // One that was given up while it ran may still have news, and one that has a card is followed without a route.
  if (known ? known.confirmed && isSettled(known) : !configuration.outsideRouteFor(key, outside)) return done()
  const read = await outsideWorks.read(key, outside.service).catch((error: unknown) => {
    // Until then the queue tries again, and after it the sweep.
    if (!known || !isGivenUp(known, clock.now())) throw error
    log.error('A build or a deployment could not be read for two days: it is not asked about any more', {
      ...key,
      error,
    })
    return null
  })
  if (!read) {
    if (known) await confirm(services, known)
    return done()
  }
  if (read.kind === 'denied') {
    log.warn('The role may not read a build or a deployment', { ...key, lacks: read.lacks })
    if (known && (isOver(known) || isGivenUp(known, clock.now()))) await confirm(services, known)
    return done()
  }
  if (read.kind === 'gone' && !known) return done()
  if (read.kind === 'read' && read.isOfPipeline && !known) {
    await executions.create(ofPipeline(key, outside, clock.now()))
    return done()
  }
  const owner = clock.newId()
  const checked = await executions.change(
    key,
    (execution) => {
      const now = clock.now()
      const states = read.kind === 'read' ? read.states : goneAt(execution, now)
      const facts = read.kind === 'read' ? read : { starter: null, version: null }
      const next = states.reduce((so, state) => applyOutside(so, state, now), learned(execution, facts, now))
      const [shown, lease] = withCardLease(services, { ...next, lastEventAt: now }, owner, now)
      return [shown, { execution: shown, lease }]
    },
    { from: known, fresh: () => newOutside(key, outside, clock.now()) },
  )
  if (!checked) return done()
  const { execution, lease } = checked
  await keepEnd(services, execution)
  if (isOver(execution) && unexplained(execution).length === 0) await confirm(services, execution)
  return done([...showing(execution, lease), ...telling(execution, clock.now()), ...explaining(execution)])
}

/** Longer than CodeBuild lets a build wait and run. */
const GIVEN_UP_AFTER = 2 * DAY

const isGivenUp = ({ overall, firstEventAt }: Execution, now: number): boolean =>
  now - Math.max(overall.at, firstEventAt) > GIVEN_UP_AFTER

/** No answer of the service can change it. */
const isSettled = (execution: Execution): boolean => isOver(execution) || execution.outside?.isOfPipeline === true

/** It was deleted, and no event said so. */
const goneAt = (execution: Execution, now: number): OutsideState[] =>
  isOver(execution) ? [] : [{ progress: 'canceled', at: wholeSecond(now) }]
