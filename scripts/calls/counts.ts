/** What was counted: of one release, of an hour in which an approval waits, of an hour in which nothing happens. */
export interface Counts {
  released: Map<string, number>
  waiting: Map<string, number>
  idle: Map<string, number>
}
