import type { TouchedRoute } from '../../ports/configuration.ts'
import type { Services } from '../../ports/services.ts'
import { lookUp } from '../approval/resolve-policy.ts'
import { thosePermitted } from '../those-permitted.ts'

/** Why the person may not freeze pipelines on all of these routes, in a sentence; null if they may. */
export const notPermitted = async (
  services: Pick<Services, 'configuration' | 'directory'>,
  routes: readonly TouchedRoute[],
  userId: string,
): Promise<string | null> => {
  for (const { name, may } of routes) {
    const { people, unread } = await lookUp(services, may.freeze)
    if (people.includes(userId)) continue
    if (unread.length > 0) return `Greenlight cannot tell whether you may do this on ${name}: ${unread.join('; ')}.`
    return people.length === 0
      ? `No one may do this on ${name} of greenlight.yml. Its setting “may: { freeze: … }” says who may.`
      : `You may not do this on ${name} of greenlight.yml.${await thosePermitted(services.directory, people)} Its setting “may: { freeze: … }” says who may.`
  }
  return null
}
