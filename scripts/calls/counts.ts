/** The counts: of one deployment, of an hour in which an approval waits, of an hour without any event. */
export interface Counts {
  released: Map<string, number>
  waiting: Map<string, number>
  idle: Map<string, number>
}
