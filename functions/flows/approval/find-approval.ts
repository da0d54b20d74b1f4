import type { StartedAction } from '../../domain/effect.ts'
import type { Services } from '../../ports/services.ts'
import { gateOf } from '../gates/gates.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'

/**
 * Story: an event or the sweep named an approval action that waits. Its approval is requested unless its topic has
 * led to that already. No pipeline needs to notify the topic.
 */
export const findApproval = async (services: Services, started: StartedAction): Promise<Performed> => {
  const { approvals, configuration, log } = services
  if (!configuration.mayAskByEvents(started.where)) return done()
  const found = await gateOf(services, started).findStarted(started)
  if (found.kind === 'not-shown-yet') return again(1, found.because)
  if (found.kind === 'over') {
    log.info('An approval was over before it was found', { ...started.where, because: found.because })
    return done()
  }
  const { notification } = found
  return (await approvals.read(notification.id)) ? done() : done([{ do: 'request-approval', notification }])
}
