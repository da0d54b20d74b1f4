import { readFile, writeFile } from 'node:fs/promises'

/*
 * Changes the template of `serverless package` so that CloudFormation can deploy it from a pipeline: node
 * scripts/release-template.ts FROM TO
 *
 * osls uploads each function's archive itself, to a key with the time in it. In a pipeline the code is the build's
 * artifact: one archive with the files of all functions, whose bucket and key are parameters from the release action.
 */

interface Template {
  Parameters?: Record<string, object>
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>
}

/** The same template, with the code of every function at the parameters CodeBucket and CodeKey, and kept with the same key. */
export const releaseTemplate = (packaged: Template): Template => {
  const code = { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } }
  const keyOf = ({ Code }: Record<string, unknown> = {}) => {
    const { SourceKMSKeyArn } = Code as { SourceKMSKeyArn?: string }
    return SourceKMSKeyArn && { SourceKMSKeyArn }
  }
  return {
    ...packaged,
    Parameters: { ...packaged.Parameters, CodeBucket: { Type: 'String' }, CodeKey: { Type: 'String' } },
    Resources: Object.fromEntries(
      Object.entries(packaged.Resources).map(([id, resource]) => [
        id,
        resource.Type === 'AWS::Lambda::Function'
          ? { ...resource, Properties: { ...resource.Properties, Code: { ...code, ...keyOf(resource.Properties) } } }
          : resource,
      ]),
    ),
  }
}

const [, script = '', from = '', to = ''] = process.argv
if (script.endsWith('release-template.ts'))
  await writeFile(to, JSON.stringify(releaseTemplate(JSON.parse(await readFile(from, 'utf8')) as Template)))
