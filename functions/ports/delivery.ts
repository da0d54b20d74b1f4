import type { RecordedDelivery, TimeRange } from '../domain/delivery-measures.ts'

/** What the audit record says of deployments. */
export interface Delivery {
  /** Those that ended in the range, and the approvals that were answered in it. */
  read(range: TimeRange): Promise<RecordedDelivery>
}
