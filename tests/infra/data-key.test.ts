import { createRequire } from 'node:module'
import { releaseTemplate } from '../../scripts/release-template.ts'
import { DATA_KEY, packageService, SECOND_INSTALLATION } from '../support/package-service.ts'
import { allowedTo, at, functionsOf, statementsOf, type Template } from '../support/template.ts'
import { WHOLE_TEMPLATES, readTemplate } from './read-template.ts'

/*
 * With a key of your own, it encrypts everything that a stack keeps: the test finds each resource that keeps something by
 * its type. What uses the key is allowed to: roles by their policies, and services by the policy of infra/data-key.yml.
 */

/** Type → the path of its key. */
const KEY_OF: Record<string, string> = {
  'AWS::CodeBuild::Project': 'EncryptionKey',
  'AWS::CodePipeline::Pipeline': 'ArtifactStore.EncryptionKey',
  'AWS::DynamoDB::Table': 'SSESpecification',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateData.BlockDeviceMappings.0.Ebs.KmsKeyId',
  'AWS::ECR::Repository': 'EncryptionConfiguration',
  'AWS::ECS::Cluster': 'Configuration',
  'AWS::Lambda::Function': 'KmsKeyArn',
  'AWS::Logs::LogGroup': 'KmsKeyId',
  'AWS::S3::Bucket': 'BucketEncryption',
  'AWS::SNS::Topic': 'KmsMasterKeyId',
  'AWS::SQS::Queue': 'KmsMasterKeyId',
}
/** osls makes it. Its packages get the key when they are uploaded. */
const NOT_IN_THE_TEMPLATE = ['ServerlessDeploymentBucket']

const keepers = ({ Resources }: Pick<Template, 'Resources'>) =>
  Object.entries(Resources)
    .filter(([id, { Type }]) => Type in KEY_OF && !NOT_IN_THE_TEMPLATE.includes(id))
    .map(([id, { Type, Properties }]) => ({ id, Type, key: JSON.stringify(at(Properties, KEY_OF[Type]!)) }))

const STACKS = WHOLE_TEMPLATES.filter((file) => keepers(readTemplate(file) as unknown as Template).length > 0)

let plain: Template
let keyed: Template
beforeAll(async () => {
  plain = (await packageService()).template
  keyed = (await packageService(...SECOND_INSTALLATION)).template
}, 120_000)

test('the key of the bot’s param encrypts all that its stack keeps, and nothing without it', () => {
  expect(new Set(keepers(keyed).map(({ Type }) => Type)).size).toBe(5)
  for (const { id, key } of keepers(keyed)) expect([id, key?.includes(DATA_KEY)]).toEqual([id, true])
  for (const { id, key } of keepers(plain)) expect([id, key ?? '{"Ref":"AWS::NoValue"}']).toEqual([id, NO_KEY])
})
const NO_KEY = '{"Ref":"AWS::NoValue"}'

test.each(STACKS)('DataKeyArn of %s encrypts all that its stack keeps', (file) => {
  const template = readTemplate(file)
  expect(template.Parameters.DataKeyArn).toMatchObject({ Type: 'String', Default: '' })
  for (const { id, key } of keepers(template as unknown as Template))
    expect([id, key?.includes('{"Ref":"DataKeyArn"}')]).toEqual([id, true])
})

/** What Lambda keeps of functions whose code is uploaded: null without a key. The placeholder of a template is in its own text. */
const packageKeys = ({ Resources }: Pick<Template, 'Resources'>) =>
  Object.entries(Resources).flatMap(([id, { Type, Properties }]) => {
    if (Type !== 'AWS::Lambda::Function') return []
    const { Code } = Properties as { Code: { 'Fn::If'?: [string, object, object] } }
    return [[id, JSON.stringify(at(Code['Fn::If']?.[1] ?? Code, 'SourceKMSKeyArn') ?? null)] as const]
  })

test('the key encrypts the packages that Lambda keeps of every function, also of those that a pipeline deploys', () => {
  expect(packageKeys(keyed).length).toBe(Object.keys(functionsOf(keyed)).length)
  for (const stack of [keyed, releaseTemplate(keyed) as Template])
    for (const [id, key] of packageKeys(stack)) expect([id, key]).toEqual([id, `"${DATA_KEY}"`])
  for (const stack of [plain, releaseTemplate(plain) as Template])
    for (const [id, key] of packageKeys(stack)) expect([id, key]).toEqual([id, 'null'])
  const targets = STACKS.flatMap((file) => packageKeys(readTemplate(file) as unknown as Template))
  expect(targets.map(([id]) => id)).toEqual(['Hook', 'Function', 'Hook'])
  for (const [id, key] of targets) expect([id, key]).toEqual([id, KEY_OR_NONE])
})
const KEY_OR_NONE = '{"Fn::If":["HasDataKey",{"Ref":"DataKeyArn"},{"Ref":"AWS::NoValue"}]}'

test('each function that uses the table or a queue may use the key, through them alone', () => {
  for (const door of Object.keys(functionsOf(keyed))) {
    const allowed = allowedTo(keyed, door)
    const uses = allowed.some(({ Action }) => Action.some((action) => /^(dynamodb|sqs):/.test(action)))
    const key = allowed.filter(({ Resource }) => Resource.includes(DATA_KEY))
    expect([door, key.length]).toEqual([door, uses ? 1 : 0])
    for (const { Condition } of key)
      expect(Condition).toEqual({
        StringEquals: {
          'kms:ViaService': ['dynamodb', 'sqs'].map((service) => ({
            'Fn::Sub': `${service}.\${AWS::Region}.\${AWS::URLSuffix}`,
          })),
        },
      })
  }
})

/** The services that a policy of a queue or topic lets in, and those that reach a resource without a policy. */
const servicesOf = ({ Resources }: Pick<Template, 'Resources'>): string[] =>
  Object.values(Resources).flatMap(({ Type, Properties }) => {
    if (Type === 'AWS::CloudWatch::Alarm') return ['cloudwatch.amazonaws.com']
    if (Type === 'AWS::Lambda::Function') return ['lambda.amazonaws.com']
    if (Type === 'AWS::Logs::LogGroup') return ['logs.${AWS::Region}.${AWS::URLSuffix}']
    if (Type !== 'AWS::SQS::QueuePolicy' && Type !== 'AWS::SNS::TopicPolicy') return []
    return statementsOf(Properties.PolicyDocument).flatMap(({ Effect, Principal }) =>
      Effect === 'Allow' && Principal.Service ? [Principal.Service].flat().map(String) : [],
    )
  })

/** Fargate encrypts the storage of tasks, and the key's policy has its two statements, which no resource's policy names. */
const FARGATE = 'fargate.amazonaws.com'

test('the key’s policy lets every service use it that delivers to what it encrypts', () => {
  const { Properties } = readTemplate('data-key.yml').Resources.Key!
  const letIn = statementsOf(Properties.KeyPolicy).flatMap(({ Principal, Action }) =>
    [Principal?.Service ?? []].flat().flatMap((service) => {
      if (service === FARGATE) return []
      expect(Action.join()).toMatch(/kms:Decrypt.*kms:GenerateDataKey/)
      return typeof service === 'string' ? service : String(at(service, 'Fn::Sub'))
    }),
  )
  const all = [...STACKS.map((file) => readTemplate(file) as unknown as Template), keyed].flatMap(servicesOf)
  expect([...new Set(all)].sort()).toEqual(letIn.sort())
})

test('an alias is refused before the deploy: a policy cannot name one', async () => {
  const { resources } = createRequire(import.meta.url)('../../infra/data-key.cjs') as {
    resources: (serverless: { resolveVariable: (name: string) => Promise<unknown> }) => Promise<unknown>
  }
  const given = 'arn:aws:kms:eu-west-1:111122223333:alias/greenlight'
  await expect(resources({ resolveVariable: () => Promise.resolve(given) })).rejects.toThrow('not of an alias')
})
