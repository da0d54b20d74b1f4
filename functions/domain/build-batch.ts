/**
 * Whether an action of CodeBuild builds a batch, by its settings ("AWS CodeBuild build and test action reference",
 * CodePipeline user guide).
 */
export const buildsBatch = (configuration: Readonly<Record<string, string>>): boolean =>
  configuration['BatchEnabled'] === 'true'

/**
 * The ID with which CodeBuild is asked: `shop:5f0e9a11-…` of the ARN `arn:aws:codebuild:…:build/shop:5f0e9a11-…`, and of
 * `build-batch/shop:5f0e9a11-…`, as CodePipeline calls a batch.
 */
export const buildIdIn = (name: string): string => name.slice(name.indexOf('/') + 1)
