/** Our own event, for subscribers on EventBridge (source `greenlight`). */
export interface Announcements {
  /** `detailType` such as "Greenlight Approval Decided"; `at` in epoch milliseconds. */
  put(event: { detailType: string; detail: object; resources: readonly string[]; at: number }): Promise<void>
}
