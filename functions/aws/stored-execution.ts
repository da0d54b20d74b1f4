import type { Execution } from '../domain/execution.ts'
import type { StoredRevision } from './stored-change.ts'
import { restoredRevision } from './stored-change.ts'

/** An execution as its item has it: attributes keep the names that they were first stored under (see StoredApproval). */
export interface StoredExecution extends Omit<
  Execution,
  'firstEventAt' | 'lastEventAt' | 'revisions' | 'notices' | 'causes' | Mapped
> {
  /** Missing in executions that were stored before their ends were told. */
  notices?: Execution['notices']
  /** Missing where no action's failure was read. */
  causes?: Stored<Execution['causes']>
  /** The first revision: functions of an earlier version show it alone. */
  revision: StoredRevision | null
  /** Those of the other sources; missing if there is one source, and where only the first was kept. */
  otherRevisions?: StoredRevision[]
  firstHeardAt: number
  heardAt: number
  stages: Stored<Execution['stages']>
  actions: Stored<Execution['actions']>
  approvals: Stored<Execution['approvals']>
}

type Mapped = 'stages' | 'actions' | 'approvals'
type Stored<M> = M extends ReadonlyMap<string, infer T> ? Record<string, T> : never

export const storedExecution = ({
  firstEventAt,
  lastEventAt,
  revisions,
  notices,
  causes,
  ...same
}: Execution): StoredExecution => ({
  ...same,
  ...(Object.keys(notices).length > 0 && { notices }),
  ...(causes.size > 0 && { causes: objectFrom(causes) }),
  revision: revisions[0] ?? null,
  ...(revisions.length > 1 && { otherRevisions: revisions.slice(1) }),
  firstHeardAt: firstEventAt,
  heardAt: lastEventAt,
  stages: objectFrom(same.stages),
  actions: objectFrom(same.actions),
  approvals: objectFrom(same.approvals),
})

export const restoredExecution = ({
  firstHeardAt,
  heardAt,
  revision,
  otherRevisions = [],
  notices = {},
  causes = {},
  ...same
}: StoredExecution): Execution => ({
  ...same,
  notices,
  revisions: [...(revision ? [revision] : []), ...otherRevisions].map(restoredRevision),
  firstEventAt: firstHeardAt,
  lastEventAt: heardAt,
  stages: asMap(same.stages),
  actions: asMap(same.actions),
  causes: asMap(causes),
  approvals: asMap(same.approvals),
})

/**
 * CodePipeline allows a stage to be called `constructor` or `__proto__`. The SDK looks at these names of an object to
 * tell what it is, and refuses the whole item. So a name that every object has is stored after a `~`, which no name of
 * CodePipeline contains.
 */
const storedName = (name: string): string => (name in Object.prototype ? `~${name}` : name)
const restoredName = (name: string): string => name.replace(/^~/, '')

const objectFrom = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].map(([name, value]) => [storedName(name), value]))

const asMap = <T>(object: Record<string, T>): ReadonlyMap<string, T> =>
  new Map(Object.entries(object).map(([name, value]) => [restoredName(name), value]))
