import { optionsOf, type Installation } from '../installation.ts'
import type { DeployedStack } from '../stack.ts'
import { NotChecked } from './not-checked.ts'

/** The physical names of every resource of a type. @throws {NotChecked} if the stack has none. */
export const namesOf = (stack: DeployedStack, type: string): string[] => {
  const names = stack.resources.filter((resource) => resource.type === type).map(({ name }) => name)
  if (names.length === 0) throw notIn(stack, type)
  return names
}

/** The physical name of the resource with this logical ID. @throws {NotChecked} if the stack does not have it. */
export const nameOf = (stack: DeployedStack, id: string): string => {
  const name = stack.resources.find((resource) => resource.id === id)?.name
  if (!name) throw notIn(stack, id)
  return name
}

const notIn = (stack: DeployedStack, what: string): NotChecked =>
  new NotChecked(`${stack.name} has no ${what}: it was deployed from another serverless.yml`)

/** For what a deploy changes: the code, the runtime, a stack whose last deploy failed. */
export const deployAgain = (installation: Installation): string =>
  `npx serverless deploy ${optionsOf(installation).serverless}`

/** For a resource that was removed or changed outside CloudFormation. A deploy would not notice the difference. */
export const restore = ({ stackName, region }: Installation): string =>
  `Restore ${stackName} in ${region} from its template (docs/install.md, “Restore what was changed by hand”).`
