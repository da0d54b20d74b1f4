import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ActionDeclaration } from './declaration.ts'
import type { Artifact, Execution } from './model.ts'
import type { State } from './state.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/**
 * The artifacts that an action will fill: named as in CodePipeline's artifact bucket (both parts cut, with a short
 * random end), each with its own empty directory if the engine has a working directory.
 */
export const makeOutputs = (
  state: State,
  execution: Execution,
  declaration: ActionDeclaration,
  actionExecutionId: string,
): Artifact[] => {
  const { workDirectory, region } = state.settings
  const { definition } = execution
  const stores = definition.artifactStores
  const store = definition.artifactStore ?? ownEntry(stores, declaration.region ?? region) ?? ownEntry(stores, region)
  return declaration.outputArtifacts.map(({ name }) => {
    const directory = join(workDirectory ?? '', execution.id, name)
    if (workDirectory !== undefined) {
      // A retried action starts with empty directories again.
      rmSync(directory, { recursive: true, force: true })
      mkdirSync(directory, { recursive: true })
    }
    const ending = actionExecutionId.replaceAll('-', '').slice(0, 7)
    const key = `${definition.name.slice(0, 20)}/${name.slice(0, 10)}/${ending}`
    return { name, directory, bucket: store?.location ?? `codepipeline-${region}`, key }
  })
}
