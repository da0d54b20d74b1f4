import type { DeployedStack } from '../stack.ts'
import { NotChecked } from './check.ts'

/** The physical names of every resource of a type. */
export const namesOf = (stack: DeployedStack, type: string): string[] =>
  stack.resources.filter((resource) => resource.type === type).map(({ name }) => name)

/** The physical name of the resource with this logical id. @throws {NotChecked} when the stack has none. */
export const nameOf = (stack: DeployedStack, id: string): string => {
  const name = stack.resources.find((resource) => resource.id === id)?.name
  if (!name) throw new NotChecked(`${stack.name} has no ${id}: it was deployed from another serverless.yml`)
  return name
}

/** What brings back whatever of a stack is gone or was changed by hand. */
export const deployAgain = ({ stage, region }: { stage: string; region: string }): string =>
  `npx serverless deploy --force --stage ${stage} --region ${region}`
