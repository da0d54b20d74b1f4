import { noteSeenInPart } from './seen-in-part.ts'

/** All cases of a test with `CI` set, as in .ci/run; the part of them for which a person waits in `npm test`. */
export const wholeInCi = <Cases>(whole: Cases, part: Cases): Cases => {
  if (process.env['CI']) return whole
  noteSeenInPart()
  return part
}
