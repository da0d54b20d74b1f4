/** All cases of a test with `CI` set, as in .ci/run; the part of them for which a person waits in `npm test`. */
export const wholeInCi = <Cases>(whole: Cases, part: Cases): Cases => (process.env['CI'] ? whole : part)
