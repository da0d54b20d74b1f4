import type { Pipeline } from '../domain/pipeline.ts'
import type { GlobSources } from './glob.ts'
import { matchesGlob } from './glob.ts'

/** Which pipelines a route or a digest is about. A setting that is left out matches every pipeline. */
export interface PipelineMatch {
  pipeline?: string | string[] | undefined
  account?: string | string[] | undefined
  region?: string | string[] | undefined
}

/** The settings of `match` that are about the pipeline, and the fields that they are compared with. */
export const PIPELINE_SETTINGS = [
  { setting: 'pipeline', field: 'pipeline' },
  { setting: 'account', field: 'accountId' },
  { setting: 'region', field: 'region' },
] as const satisfies readonly { setting: keyof PipelineMatch; field: keyof Pipeline }[]

/** Whether the pipeline is one of these. */
export const matchesPipeline = (sources: GlobSources, match: PipelineMatch, pipeline: Pipeline): boolean =>
  PIPELINE_SETTINGS.every(({ setting, field }) => {
    const globs = match[setting]
    return globs === undefined || matchesGlob(sources, globs, pipeline[field])
  })
