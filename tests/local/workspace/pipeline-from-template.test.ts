import { readFileSync } from 'node:fs'
import { buildProjectsFromTemplate, pipelineFromTemplate } from '../../../local/workspace/pipeline-from-template.ts'
import { renderTemplate } from '../../../local/aws/template/template.ts'

const TEMPLATE = readFileSync(new URL('../../../infra/pipeline.yml', import.meta.url), 'utf8')
const PARAMETERS = {
  ConnectionArn: 'arn:aws:codeconnections:eu-west-1:111122223333:connection/workspace',
  RepositoryId: 'greenlight/flask-app',
  ApprovalTopicArn: 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals',
}
const render = (parameters: Record<string, string> = PARAMETERS, template = TEMPLATE) =>
  renderTemplate(template, { accountId: '111122223333', region: 'eu-west-1', parameters })
const read = (parameters?: Record<string, string>, template?: string) =>
  pipelineFromTemplate(render(parameters, template))

test('infra/pipeline.yml is a pipeline that requests approval before it deploys, in one stage', () => {
  const pipeline = read()
  expect(pipeline).toMatchObject({ name: 'flask-app', pipelineType: 'V2', executionMode: 'SUPERSEDED' })
  const order = pipeline.stages.map(({ name, actions }) => [
    name,
    actions.map(({ actionTypeId, runOrder }) => `${runOrder} ${actionTypeId.category}/${actionTypeId.provider}`),
  ])
  expect(order).toEqual([
    ['Source', ['1 Source/CodeStarSourceConnection']],
    ['Build', ['1 Build/CodeBuild']],
    ['Test', ['1 Test/CodeBuild']],
    ['Production', ['1 Approval/Manual', '2 Deploy/CodeDeploy']],
  ])
})

test('parameters, conditions and resources are filled in; configuration keeps its own keys', () => {
  const actions = (parameters?: Record<string, string>) => read(parameters).stages.flatMap((stage) => stage.actions)
  const [source, build, , approval] = actions()
  expect(source?.configuration).toEqual({
    ConnectionArn: PARAMETERS.ConnectionArn,
    FullRepositoryId: 'greenlight/flask-app',
    BranchName: 'main',
  })
  expect(build?.configuration).toEqual({ ProjectName: 'flask-app' })
  expect(approval?.timeoutInMinutes).toBe(10080)
  // The message in Slack has the commit and the execution already.
  expect(Object.keys(approval!.configuration)).toEqual(['NotificationArn'])

  const given = { ReviewLink: 'https://staging.example', ApprovalTimeoutMinutes: '5', ApprovalNote: 'Look twice.' }
  const other = actions({ ...PARAMETERS, ...given })[3]
  expect(other).toMatchObject({ timeoutInMinutes: 5, configuration: { ExternalEntityLink: 'https://staging.example' } })
  expect(other?.configuration.CustomData).toBe('Look twice.')
  expect(read().roleArn).toBe('arn:aws:iam::111122223333:role/workspace-pipelinerole')
})

test('all parameters that are missing, unknown or malformed are named at once', () => {
  const wrong = () => read({ RepositoryId: 'no slash', ApprovalTopicArn: PARAMETERS.ApprovalTopicArn, Colour: 'red' })
  expect(wrong).toThrow('there is no parameter Colour')
  expect(wrong).toThrow('parameter RepositoryId is "no slash": is empty, owner/name, or a CodeCommit')
  expect(() => read({})).toThrow('parameter ApprovalTopicArn has no value')
})

test('its CodeBuild projects name their buildspecs', () => {
  expect(buildProjectsFromTemplate(render({ ...PARAMETERS, TestSpec: 'ci/test.yml' }))).toEqual({
    'flask-app': { buildspec: 'buildspec.yml', timeoutMs: 900_000 },
    'flask-app-test': { buildspec: 'ci/test.yml', timeoutMs: 900_000 },
  })
})

const pipelineWith = (name: string, rest = '') => `
Parameters: { Name: { Type: String, Default: shop } }
${rest}
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: ${name}
      RoleArn: arn:aws:iam::111122223333:role/pipeline
      Stages: []
`

test.each([
  ['!Ref Name', 'shop'],
  ['!Sub "${Name}-${AWS::Region}"', 'shop-eu-west-1'],
  ['!Sub ["${Name}.${Where}", { Where: !Ref AWS::AccountId }]', 'shop.111122223333'],
  ["!Join ['-', [a, !Ref Name]]", 'a-shop'],
  ['{ Ref: Name }', 'shop'],
  ['!If [IsShop, yes-it-is, no]', 'yes-it-is'],
  ['!If [IsOther, yes-it-is, "no"]', 'no'],
])('%s is understood', (name, expected) => {
  const conditions = `Conditions:
  IsShop: !And [!Equals [!Ref Name, shop], !Not [!Condition IsOther]]
  IsOther: !Or [!Equals [!Ref Name, other], !Equals [a, b]]`
  expect(read({}, pipelineWith(name, conditions)).name).toBe(expected)
})

test.each([
  ['an unknown tag', pipelineWith('!Reff Name'), /^line 8: Unresolved tag: !Reff$/],
  [
    'an unknown name',
    pipelineWith('!Ref Missing'),
    /Properties\.Name: !Ref Missing is neither a parameter nor a resource/,
  ],
  [
    'a function that is not known here',
    pipelineWith('!ImportValue x'),
    /Properties\.Name: Fn::ImportValue is not understood/,
  ],
  [
    'an unknown attribute',
    pipelineWith('!GetAtt Pipeline.Version'),
    /what !GetAtt Pipeline\.Version gives is not known/,
  ],
  ['an unknown condition', pipelineWith('!If [Never, a, b]'), /there is no condition Never/],
  ['a pipeline without stages', 'Resources: { P: { Type: AWS::CodePipeline::Pipeline } }', /name|stages/],
  ['no pipeline', 'Resources: {}', /expected one AWS::CodePipeline::Pipeline, found 0/],
  ['no template', '- a', /expected/],
  ['no YAML', 'Resources: {', /^line 1: /],
])('%s is refused, and named', (_, template, message) => {
  expect(() => read({}, template)).toThrow(message)
})
