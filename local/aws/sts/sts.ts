import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../functions/clock.ts'
import { errorText } from '../../error-text.ts'
import { AwsError } from '../aws-error.ts'
import { markedSecret } from '../../secret-mark.ts'
import { noteRefusal, noteUse } from '../../rights-used.ts'
import { allows, type Role } from '../iam/iam.ts'
import { requireAllowed } from './authorization.ts'
import { type BotAccount, type Caller, type FunctionRole, principalOf, signatureOf } from './caller.ts'

export type { Caller, FunctionRole } from './caller.ts'

export type Sts = ReturnType<typeof createSts>

interface Session {
  sessionToken: string
  expiresAt: number
  principal: Pick<Caller, 'accountId' | 'arn' | 'principalArn' | 'policies' | 'sourceIdentity'>
}

/** A session name, and a source identity. */
const NAME = /^[\w+=,.@-]{2,64}$/

/** An hour: a role that assumes another may not have it longer (IAM User Guide, "Methods to assume a role"). */
const LONGEST_CHAINED_SECONDS = 3_600

/** STS: gives credentials for the roles of an account to the principals that they trust, and recognizes those credentials. */
export const createSts = (settings: {
  account: BotAccount
  clock: Pick<Clock, 'now'>
  /** The roles that may be assumed. */
  roles?: readonly Role[]
  /** The roles of the bot's functions, by access key. */
  functions?: ReadonlyMap<string, FunctionRole>
}) => {
  const { account, clock, roles = [], functions = new Map<string, FunctionRole>() } = settings
  const sessions = new Map<string, Session>()
  return {
    functions,
    requireAllowed: (...asked: Parameters<typeof requireAllowed>): void => {
      try {
        for (const use of requireAllowed(...asked)) noteUse(use)
      } catch (error) {
        if (functions.has(asked[0].accessKeyId)) noteRefusal(errorText(error))
        throw error
      }
    },
    /** The service that a request was signed for, such as `lambda`. */
    serviceOf: (headers: Headers): string | undefined =>
      signatureOf(headers.get('authorization') ?? undefined)?.service,
    /** Who signed a request; undefined if it is not signed. Throws AwsError for unknown or expired credentials. */
    callerOf: (headers: Headers): Caller | undefined => {
      const signature = signatureOf(headers.get('authorization') ?? undefined)
      if (!signature) return undefined
      if (!signature.accessKeyId.startsWith('ASIA')) return userOf(account, signature, functions)
      const session = sessions.get(signature.accessKeyId)
      if (!session || session.sessionToken !== headers.get('x-amz-security-token'))
        throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.')
      if (clock.now() >= session.expiresAt)
        throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired')
      return { ...signature, ...session.principal }
    },
    /** AssumeRole (STS API Reference). Throws AwsError AccessDenied, with the same words for a missing role. */
    assumeRole: (form: URLSearchParams, caller: Caller) => {
      const {
        RoleArn = '',
        RoleSessionName = '',
        ExternalId,
        SourceIdentity,
        DurationSeconds,
      } = Object.fromEntries(form)
      const seconds = Number(DurationSeconds ?? LONGEST_CHAINED_SECONDS)
      const names = [RoleSessionName, SourceIdentity ?? RoleSessionName]
      if (!names.every((name) => NAME.test(name)) || !(seconds >= 900 && seconds <= LONGEST_CHAINED_SECONDS))
        throw new AwsError(
          'ValidationError',
          'RoleSessionName, SourceIdentity or DurationSeconds is not as STS wants it.',
        )
      const role = roles.find(({ arn }) => arn === RoleArn)
      const access = {
        principal: caller.accountId,
        context: {
          'aws:PrincipalArn': caller.principalArn,
          ...(ExternalId !== undefined && { 'sts:ExternalId': ExternalId }),
          ...(SourceIdentity !== undefined && { 'sts:SourceIdentity': SourceIdentity }),
        },
      }
      const actions = ['sts:AssumeRole', ...(SourceIdentity === undefined ? [] : ['sts:SetSourceIdentity'])]
      const denied = actions.find((action) => !role || !allows([role.trust], { ...access, action }))
      if (!role || denied) {
        const refusal = `User: ${caller.arn} is not authorized to perform: ${denied} on resource: ${RoleArn}`
        throw new AwsError('AccessDenied', refusal, 403)
      }
      const { accountId, arn: principalArn, policies } = role
      const arn = `arn:aws:sts::${accountId}:assumed-role/${principalArn.split('/').at(-1)}/${RoleSessionName}`
      const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`
      const sessionToken = markedSecret(randomBytes(48).toString('base64'))
      const expiresAt = clock.now() + seconds * 1_000
      const principal = {
        accountId,
        arn,
        principalArn,
        policies,
        ...(SourceIdentity && { sourceIdentity: SourceIdentity }),
      }
      sessions.set(accessKeyId, { sessionToken, expiresAt, principal })
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: markedSecret(randomBytes(30).toString('base64')),
          SessionToken: sessionToken,
          Expiration: new Date(expiresAt).toISOString(),
        },
        AssumedRoleUser: { AssumedRoleId: `AROA:${RoleSessionName}`, Arn: arn },
      }
    },
  }
}

/**
 * A person may have any default Region, and the account's pipelines are in one. Only the bot's own requests count for
 * the Region that they were signed for.
 */
const userOf = (
  account: BotAccount,
  signature: NonNullable<ReturnType<typeof signatureOf>>,
  functions: ReadonlyMap<string, FunctionRole>,
): Caller => {
  const principal = principalOf(signature.accessKeyId, account, functions)
  const isBot = signature.accessKeyId === account.botAccessKeyId || functions.has(signature.accessKeyId)
  return { ...signature, ...principal, ...(!isBot && { region: account.region }) }
}
