import type { ChangeSetRead, NamedChangeSet } from '../domain/change-set.ts'

/** CloudFormation's change sets. */
export interface ChangeSets {
  /**
   * What it would do. `id`: its ARN, as the action that made it told; another change set of the same names is another
   * execution's. What cannot be read is an answer, and never throws.
   */
  read(changeSet: NamedChangeSet, id: string): Promise<ChangeSetRead>
}
