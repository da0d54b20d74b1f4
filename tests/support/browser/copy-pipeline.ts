import { CodePipelineClient, CreatePipelineCommand, GetPipelineCommand } from '@aws-sdk/client-codepipeline'

/**
 * Adds a copy of the pipeline flask-app to the workspace at `url`, which notifies no topic and starts at once. Its
 * deployments fail if their commit is the one that breaks the app, which a machine without Python does not run.
 */
export const copyPipeline = async (url: string, name: string): Promise<void> => {
  const credentials = { accessKeyId: 'me', secretAccessKey: 'any' }
  const codePipeline = new CodePipelineClient({ endpoint: `${url}/aws`, region: 'eu-west-1', credentials })
  const { pipeline } = await codePipeline.send(new GetPipelineCommand({ name: 'flask-app' }))
  const ruleTypeId = { category: 'Rule', owner: 'AWS', provider: 'VariableCheck', version: '1' } as const
  const configuration = { Variable: '#{SourceVariables.CommitMessage}', Operator: 'MATCHES', Value: '^(?!.*sign in)' }
  const rules = [{ name: 'not-broken', ruleTypeId, configuration }]
  const stages = pipeline!.stages!.map((stage) =>
    stage.name === 'Production'
      ? {
          ...stage,
          actions: stage.actions!.map(({ configuration: { NotificationArn: _, ...rest } = {}, ...action }) => ({
            ...action,
            configuration: rest,
          })),
          onSuccess: { conditions: [{ result: 'FAIL' as const, rules }] },
        }
      : stage,
  )
  await codePipeline.send(new CreatePipelineCommand({ pipeline: { ...pipeline!, name, stages } }))
}
