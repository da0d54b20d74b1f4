import type { Execution } from '../domain/execution.ts'

/** An execution as its item has it: attributes keep the names that they were first stored under (see StoredApproval). */
export interface StoredExecution extends Omit<Execution, 'firstEventAt' | 'lastEventAt' | Mapped> {
  firstHeardAt: number
  heardAt: number
  stages: Stored<Execution['stages']>
  actions: Stored<Execution['actions']>
  approvals: Stored<Execution['approvals']>
}

type Mapped = 'stages' | 'actions' | 'approvals'
type Stored<M> = M extends ReadonlyMap<string, infer T> ? Record<string, T> : never

export const storedExecution = ({ firstEventAt, lastEventAt, ...same }: Execution): StoredExecution => ({
  ...same,
  firstHeardAt: firstEventAt,
  heardAt: lastEventAt,
  stages: objectFrom(same.stages),
  actions: objectFrom(same.actions),
  approvals: objectFrom(same.approvals),
})

export const restoredExecution = ({ firstHeardAt, heardAt, ...same }: StoredExecution): Execution => ({
  ...same,
  firstEventAt: firstHeardAt,
  lastEventAt: heardAt,
  stages: asMap(same.stages),
  actions: asMap(same.actions),
  approvals: asMap(same.approvals),
})

/**
 * CodePipeline allows a stage of this name, and the SDK would treat it as the object's prototype. No name has a `~`.
 */
const PROTO = '__proto__'
const STORED_PROTO = '~__proto__'

const objectFrom = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].map(([name, value]) => [name === PROTO ? STORED_PROTO : name, value]))

const asMap = <T>(object: Record<string, T>): ReadonlyMap<string, T> =>
  new Map(Object.entries(object).map(([name, value]) => [name === STORED_PROTO ? PROTO : name, value]))
