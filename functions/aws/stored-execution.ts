import type { Execution } from '../domain/execution.ts'

/** An execution as its item has it: attributes keep the names that they were first stored under (see StoredApproval). */
export interface StoredExecution extends Omit<Execution, 'firstEventAt' | 'lastEventAt'> {
  firstHeardAt: number
  heardAt: number
}

export const storedExecution = ({ firstEventAt, lastEventAt, ...same }: Execution): StoredExecution => ({
  ...same,
  firstHeardAt: firstEventAt,
  heardAt: lastEventAt,
})

export const restoredExecution = ({ firstHeardAt, heardAt, ...same }: StoredExecution): Execution => ({
  ...same,
  firstEventAt: firstHeardAt,
  lastEventAt: heardAt,
})
