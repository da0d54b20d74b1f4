'use strict'

/**
 * The resources of the bot's stack for each joined account and Region (infra/spoke.yml), made from the params `spokes`,
 * `spokeExternalId` and `organizationId`. serverless.yml includes it; without joined accounts it adds nothing.
 *
 * It is a script, because CloudFormation cannot write one statement for each element of a list.
 */

const SPOKE = /^(?:(\d{12})\/)?([a-z]{2}(?:-[a-z]+)+-\d)$/
const EXTERNAL_ID = /^[A-Za-z0-9_+=,.@:/-]{16,128}$/
const ORGANIZATION = /^o-[a-z0-9]{10,32}$/

/**
 * A deploy with more would fail half-way (tests/infra/spoke-limits.test.ts has the sizes): an event bus's policy has
 * 10,240 characters, a function's 20,480, and all of a role's own policies together 10,240.
 */
const MOST_ACCOUNTS = 30
// Of a role’s, a few hundred are left for the calendars that greenlight.yml names (calendars.cjs).
const MOST_SPOKES = 37

const sub = (text) => ({ 'Fn::Sub': text })
const roleOf = (name) => ({ Ref: name })
const FUNCTION = { 'Fn::GetAtt': ['ApprovalDashrequestedLambdaFunction', 'Arn'] }

const READERS = ['ApprovalRequestedRole', 'ButtonClickedRole', 'EffectDueRole', 'PipelineChangedRole']
const DECIDERS = ['ButtonClickedRole', 'EffectDueRole']
/** The role with which they decide in the bot's own account. */
const OWN_DECIDER = 'DeciderRole'
/** As in bot-roles.yml: the session is one that only effect-due may open. */
const STEERS_STAGES = ['DisableStageTransition', 'EnableStageTransition', 'RetryStageExecution', 'RollbackStage']
const STEERS = { Condition: { StringLike: { 'aws:SourceIdentity': 'steer-*' } } }
/** The one that reads artifacts, where params.attestedBuckets is set. */
const ATTESTER = 'ApprovalDecidedRole'
const READS = [
  'GetPipeline',
  'GetPipelineExecution',
  'GetPipelineState',
  'ListActionExecutions',
  'ListPipelineExecutions',
]
/** An entry without an account is another Region of the bot's own account. */
const parse = (text) => {
  const [, account, region] = SPOKE.exec(text) ?? []
  if (!region) throw new Error(`params.spokes: "${text}" is neither like 444455556666/us-east-1 nor like us-east-1`)
  const id = `Spoke${account ?? ''}${region.replaceAll(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase())}`
  return { id, region, elsewhere: account !== undefined, account: account ?? '${AWS::AccountId}' }
}

const read = async ({ resolveVariable }) => {
  const [spokes, externalId, organization, service, stage, pipelines, attestedBuckets] = await Promise.all(
    [
      'param:spokes',
      'param:spokeExternalId',
      'param:organizationId',
      'self:service',
      'sls:stage',
      'param:pipelines',
      'param:attestedBuckets',
    ].map(resolveVariable),
  )
  if (organization && !ORGANIZATION.test(organization))
    throw new Error(`params.organizationId: "${organization}" is not like o-a1b2c3d4e5`)
  // On the command line (--param), a list is one text.
  const texts = [spokes]
    .flat()
    .flatMap((text) => text.split(','))
    .filter(Boolean)
  const parsed = [...new Set(texts)].map(parse)
  if (parsed.some(({ elsewhere }) => elsewhere) && !EXTERNAL_ID.test(externalId))
    throw new Error(
      'params.spokeExternalId: spokes in other accounts need one, 16 to 128 letters, digits and _+=,.@:/-',
    )
  const accounts = accountsOf(parsed)
  if (!organization && accounts.length > MOST_ACCOUNTS)
    throw new Error(
      `params.spokes: without organizationId, the event bus takes ${MOST_ACCOUNTS} accounts, and these are ${accounts.length}`,
    )
  if (parsed.length > MOST_SPOKES)
    throw new Error(`params.spokes: a bot serves ${MOST_SPOKES} accounts and Regions, and these are ${parsed.length}`)
  return { spokes: parsed, name: `${service}-${stage}`, pipelines, organization, attests: attestedBuckets !== '' }
}

/** The joined accounts, each once. */
const accountsOf = (spokes) => [...new Set(spokes.filter(({ elsewhere }) => elsewhere).map(({ account }) => account))]

/** Lets the joined account's topic invoke approval-requested, and subscribes to it. */
const approvals = ({ id, region, account }, name) => {
  const topic = sub(`arn:\${AWS::Partition}:sns:${region}:${account}:${name}-approvals`)
  return {
    [`${id}MayInvoke`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: FUNCTION,
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: topic,
      },
    },
    [`${id}Approvals`]: {
      Type: 'AWS::SNS::Subscription',
      DependsOn: `${id}MayInvoke`,
      Properties: { Protocol: 'lambda', Endpoint: FUNCTION, TopicArn: topic, Region: region },
    },
  }
}

/** The services whose events the bot's rule takes. */
const SOURCES = { StringEquals: { 'events:source': ['aws.codepipeline', 'aws.codebuild', 'aws.codedeploy'] } }

/** The policy of a bus has 10,240 characters: the three names in each statement would leave room for fewer accounts. */
const SHORT_SOURCES = { StringLike: { 'events:source': 'aws.code*' } }

/** A deploy that joins more changes the statements one by one, and fits into the policy at every step. */
const MOST_WITH_SOURCES = 15

/** Lets rules put these events on the bot's bus: those of one joined account, or of the organization's. */
const busPolicy = (id, statementId, Principal, condition) => ({
  [id]: {
    Type: 'AWS::Events::EventBusPolicy',
    Properties: {
      StatementId: statementId,
      Statement: {
        Effect: 'Allow',
        Principal,
        Action: 'events:PutEvents',
        Resource: sub('arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default'),
        Condition: { ...condition, Bool: { 'events:eventBusInvocation': 'true' } },
      },
    },
  },
})

/** The bot's rule still takes the events of the accounts in `spokes` alone. */
const events = ({ spokes, name, organization }) => {
  const accounts = accountsOf(spokes)
  if (organization && accounts.length > 0) {
    const condition = { StringEquals: { ...SOURCES.StringEquals, 'aws:PrincipalOrgID': organization } }
    return [busPolicy('SpokeEvents', `${name}-organization`, '*', condition)]
  }
  const condition = accounts.length > MOST_WITH_SOURCES ? SHORT_SOURCES : SOURCES
  return accounts.map((account) =>
    busPolicy(
      `Spoke${account}Events`,
      `${name}-${account}`,
      { AWS: sub(`arn:\${AWS::Partition}:iam::${account}:root`) },
      condition,
    ),
  )
}

const policy = (name, roles, statements) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: name,
    Roles: roles.map(roleOf),
    PolicyDocument: { Version: '2012-10-17', Statement: statements.filter(({ Resource }) => Resource.length > 0) },
  },
})

/**
 * Permission to assume one role in each joined account, and to do the same in other Regions of the bot's account. IAM
 * refuses a policy without a statement.
 */
const rights = ({ spokes, name, pipelines, attests }) => {
  const assume = (role, actions) => ({
    Sid: 'AssumeSpokeRoles',
    Effect: 'Allow',
    Action: actions,
    Resource: spokes
      .filter(({ elsewhere }) => elsewhere)
      .map(({ account, region }) => sub(`arn:\${AWS::Partition}:iam::${account}:role/${name}-${region}-${role}`)),
  })
  const here = (operations, suffix, Sid = 'OwnOtherRegions') => ({
    Sid,
    Effect: 'Allow',
    Action: operations.map((operation) => `codepipeline:${operation}`),
    Resource: spokes
      .filter(({ elsewhere }) => !elsewhere)
      .map(({ region, account }) =>
        sub(`arn:\${AWS::Partition}:codepipeline:${region}:${account}:${pipelines}${suffix}`),
      ),
  })
  const policies = {
    ReadInSpokes: policy('read-in-spokes', READERS, [assume('reader', 'sts:AssumeRole'), here(READS, '')]),
    ...(attests && {
      AttestInSpokes: policy(
        'attest-in-spokes',
        [ATTESTER],
        [assume('reader', 'sts:AssumeRole'), here(['ListActionExecutions'], '')],
      ),
    }),
    DecideInSpokes: policy('decide-in-spokes', DECIDERS, [
      assume('decider', ['sts:AssumeRole', 'sts:SetSourceIdentity']),
    ]),
    DecideInOtherRegions: policy(
      'decide-in-other-regions',
      [OWN_DECIDER],
      [
        here(['PutApprovalResult'], '/*/*'),
        { ...here(STEERS_STAGES, '/*', 'StagesOfOwnOtherRegions'), ...STEERS },
        {
          ...here(['StartPipelineExecution', 'StopPipelineExecution'], '', 'PipelinesOfOwnOtherRegions'),
          ...STEERS,
        },
      ],
    ),
  }
  return Object.fromEntries(
    Object.entries(policies).filter(([, { Properties }]) => Properties.PolicyDocument.Statement.length > 0),
  )
}

module.exports = {
  resources: async (serverless) => {
    const { spokes, ...about } = await read(serverless)
    if (spokes.length === 0) return { Resources: {} }
    const policies = rights({ spokes, ...about })
    return {
      Resources: Object.assign(
        policies,
        ...spokes.map((spoke) => approvals(spoke, about.name)),
        ...events({ spokes, ...about }),
      ),
    }
  },

  /** The logical IDs of the policies with which the bot's functions act there. */
  policies: async (serverless) => {
    const { spokes, ...about } = await read(serverless)
    return spokes.length === 0 ? [] : Object.keys(rights({ spokes, ...about }))
  },

  /** `account/Region` of each, separated by commas, as functions read SPOKES. */
  list: async (serverless) => {
    const { spokes } = await read(serverless)
    return spokes.length === 0 ? '' : sub(spokes.map(({ account, region }) => `${account}/${region}`).join(','))
  },

  /** The accounts whose events match the bot's rule. */
  accounts: async (serverless) => {
    const { spokes } = await read(serverless)
    return [{ Ref: 'AWS::AccountId' }, ...accountsOf(spokes)]
  },
}
