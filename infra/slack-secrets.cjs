'use strict'

/**
 * The statements with which a function reads Slack secrets, for the param `slackSecretsPath`. infra/bot-roles.yml includes
 * them.
 *
 * It is a script, because the secret's name is a part of that path: a path below /aws/reference/secretsmanager is a
 * reference, which Parameter Store reads with the function's own permissions.
 */

const REFERENCE = /^\/aws\/reference\/secretsmanager\/(.+?)\/?$/

const sub = (text) => ({ 'Fn::Sub': text })
const arn = (service, name) => sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${name}`)

const pathOf = async ({ resolveVariable }) => {
  const path = await resolveVariable('param:slackSecretsPath')
  return { path, reference: REFERENCE.exec(path)?.[1] }
}

/** Secrets Manager ends the names of secrets in a hyphen and six characters. */
const secretArns = (reference, names) =>
  names.map((name) => arn('secretsmanager', `secret:${reference}/${name}-??????`))

const read = (sid, names) => async (serverless) => {
  const { reference } = await pathOf(serverless)
  if (reference === undefined) return { Ref: 'AWS::NoValue' }
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: secretArns(reference, names),
  }
}

/** Any key, but only through the service that holds the secrets, and only for these secrets. */
const decrypt = (sid, names) => async (serverless) => {
  const { path, reference } = await pathOf(serverless)
  const [service, context, holders] =
    reference === undefined
      ? ['ssm', 'PARAMETER_ARN', names.map((name) => arn('ssm', `parameter${path}/${name}`))]
      : ['secretsmanager', 'SecretARN', secretArns(reference, names)]
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: arn('kms', 'key/*'),
    Condition: {
      StringEquals: { 'kms:ViaService': sub(`${service}.\${AWS::Region}.\${AWS::URLSuffix}`) },
      StringLike: { [`kms:EncryptionContext:${context}`]: holders },
    },
  }
}

const BOTH = ['bot-token', 'signing-secret']

module.exports = {
  readBotToken: read('ReadBotTokenElsewhere', ['bot-token']),
  decryptBotToken: decrypt('DecryptBotToken', ['bot-token']),
  readBoth: read('ReadSlackSecretsElsewhere', BOTH),
  decryptBoth: decrypt('DecryptSlackSecrets', BOTH),
}
