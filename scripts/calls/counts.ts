/** The counts: of one deployment, of an hour in which an approval waits, of an hour without any event. */
export interface Counts {
  released: Map<string, number>
  waiting: Map<string, number>
  idle: Map<string, number>
}

/** What is open, compared with CodePipeline by the clock: several in one message where many are compared in a minute. */
export const COMPARISONS = 'comparisons by the clock'
