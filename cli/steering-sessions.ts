import { steeredFor, type SteeredFor } from '../functions/aws/steering-session.ts'
import type { DeployedStack } from './stack.ts'

/**
 * Recognizes the sessions in which an installation steers pipelines for people: in its own account by the role of its
 * stack, elsewhere by the name that infra/spoke.yml gives the role.
 */
export const steeringSessionsOf = ({ name, arn, resources }: DeployedStack): SteeredFor => {
  const [, partition, , , ownAccountId] = arn.split(':')
  const own = resources.find(({ id }) => id === 'DeciderRole')?.name
  const roleOf = ({ accountId, region }: { accountId: string; region: string }): string | undefined =>
    accountId === ownAccountId ? own : `${name}-${region}-decider`
  return steeredFor({
    roleIn: (where) => {
      const role = roleOf(where)
      const roleArn = `arn:${partition}:iam::${where.accountId}:role/${role}`
      return role ? { arn: roleArn, externalId: null, isJoined: where.accountId !== ownAccountId } : null
    },
  })
}
