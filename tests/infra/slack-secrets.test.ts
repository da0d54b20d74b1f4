import { DATA_KEY, packageService, SECOND_INSTALLATION } from '../support/package-service.ts'
import { type Statement, allowedTo, type Template } from '../support/template.ts'

/*
 * The functions read the Slack secrets where `slackSecretsPath` says, and nothing else there. Secrets Manager decrypts in
 * its own name and with the secret's ARN in the encryption context ("Secret encryption and decryption in AWS Secrets
 * Manager"), Parameter Store with the parameter's ("AWS KMS encryption for AWS Systems Manager Parameter Store
 * SecureString parameters").
 */

const BOTH = ['bot-token', 'signing-secret']
const READERS: [string, string[]][] = [
  ['approval-requested', ['bot-token']],
  ['button-clicked', BOTH],
  ['effect-due', BOTH],
  ['pipeline-changed', ['bot-token']],
]
const HERE = '${AWS::Region}:${AWS::AccountId}'

let parameters: Template
let secrets: Template
beforeAll(async () => {
  parameters = (await packageService()).template
  secrets = (await packageService(...SECOND_INSTALLATION)).template
}, 120_000)

const statementsFor = (template: Template, door: string, action: string): Statement[] =>
  allowedTo(template, door).filter(({ Action }) => Action.includes(action))

const through = (service: string) => ({
  'kms:ViaService': { 'Fn::Sub': `${service}.\${AWS::Region}.\${AWS::URLSuffix}` },
})

const parameterOf = (name: string) => `arn:\${AWS::Partition}:ssm:${HERE}:parameter/greenlight/prod/slack/${name}`
const secretOf = (name: string) => `arn:\${AWS::Partition}:secretsmanager:${HERE}:secret:shop/slack/${name}-??????`
/** Besides those of the tables and queues (tests/infra/data-key.test.ts). */
const decryptionsOf = (template: Template, door: string) =>
  statementsFor(template, door, 'kms:Decrypt')
    .filter(({ Resource }) => !Resource.includes(DATA_KEY))
    .map(({ Condition }) => Condition)

test.each(READERS)('%s reads %j in Parameter Store', (door, names) => {
  expect(statementsFor(parameters, door, 'ssm:GetParameters').flatMap(({ Resource }) => Resource)).toEqual(
    names.map(parameterOf),
  )
  expect(statementsFor(parameters, door, 'secretsmanager:GetSecretValue')).toEqual([])
  expect(decryptionsOf(parameters, door)).toEqual([
    {
      StringEquals: through('ssm'),
      StringLike: {
        'kms:EncryptionContext:PARAMETER_ARN': names.map((name) => ({ 'Fn::Sub': parameterOf(name) })),
      },
    },
  ])
})

test.each(READERS)(
  '%s reads %j in Secrets Manager, under the name in the path, with a key of its own',
  (door, names) => {
    expect(statementsFor(secrets, door, 'secretsmanager:GetSecretValue').flatMap(({ Resource }) => Resource)).toEqual(
      names.map(secretOf),
    )
    expect(decryptionsOf(secrets, door)).toEqual([
      {
        StringEquals: through('secretsmanager'),
        StringLike: { 'kms:EncryptionContext:SecretARN': names.map((name) => ({ 'Fn::Sub': secretOf(name) })) },
      },
    ])
  },
)
