import type { AlarmsRead } from '../domain/automatic.ts'
import type { Pipeline } from '../domain/pipeline.ts'

/** Alarms of CloudWatch, in the account and Region of a pipeline. */
export interface Alarms {
  /** What cannot be read is an answer, and never throws. */
  read(where: Pipeline, names: readonly string[]): Promise<AlarmsRead>
}
