/**
 * The seeds of the first histories: all of them with `CI` set, as in .ci/run, and half of them where a person waits for
 * `npm test`.
 */
export const firstSeeds = (all: number): number[] =>
  Array.from({ length: process.env['CI'] ? all : all / 2 }, (_, index) => index + 1)
