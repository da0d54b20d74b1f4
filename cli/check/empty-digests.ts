import type { GlobSources } from '../../functions/config/glob.ts'
import { mayOverlap } from '../../functions/config/glob-relations.ts'
import type { PipelineMatch } from '../../functions/config/pipeline-match.ts'
import { PIPELINE_SETTINGS } from '../../functions/config/pipeline-match.ts'
import type { Path } from '../../functions/config/problem.ts'
import type { ConfigurationFile } from '../../functions/config/schema.ts'

/** Digests of pipelines that no route matches: a digest tells of approvals. */
export const emptyDigests = ({ digests, routes, globs }: ConfigurationFile): { path: Path; message: string }[] =>
  digests.flatMap(({ match = {} }, index) =>
    routes.some((route) => mayShare(globs, match, route.match))
      ? []
      : [{ path: ['digests', index, 'match'], message: 'no route matches any of these pipelines' }],
  )

/** Whether a pipeline may exist that both match. False only if that is certain. */
const mayShare = (sources: GlobSources, one: PipelineMatch, other: PipelineMatch): boolean =>
  PIPELINE_SETTINGS.every(({ setting }) => {
    const others = [other[setting] ?? '*'].flat()
    return [one[setting] ?? '*'].flat().some((glob) => others.some((also) => mayMeet(sources, glob, also)))
  })

const mayMeet = (sources: GlobSources, glob: string, other: string): boolean =>
  (ALTERNATIVES.test(glob) && ALTERNATIVES.test(other)) ||
  mayOverlap(sources, glob, other) ||
  mayOverlap(sources, other, glob)

/** A glob with these cannot be compared as text. */
const ALTERNATIVES = /[[\]{}()!+|\\]/
