'use strict'

const spokes = require('./spokes.cjs')

/** As osls names them. */
const FUNCTIONS = [
  'ApprovalDashdecidedLambdaFunction',
  'ApprovalDashrequestedLambdaFunction',
  'ButtonDashclickedLambdaFunction',
  'DayDashpassedLambdaFunction',
  'EffectDashdueLambdaFunction',
  'MinuteDashpassedLambdaFunction',
  'PipelineDashchangedLambdaFunction',
]

/** The policies of infra/bot-roles.yml that stand apart from their roles. */
const POLICIES = ['SignClicks', 'DecideInTheNameOf', 'SteerNothing', 'KeepCalendars', 'ReadCalendars', 'ReadFreezes']

/**
 * A function works as soon as it has an event source, and the rule and the subscription that osls writes deliver as soon
 * as they exist. So each waits for the policies with which it acts. serverless.yml includes this file.
 *
 * It is a script, because the rule's logical ID holds the name of the installation.
 */
module.exports.resources = async (serverless) => {
  const [service, stage, attested] = await Promise.all(
    ['self:service', 'sls:stage', 'param:attestedBuckets'].map(serverless.resolveVariable),
  )
  const attesting = attested ? ['AttestDeployments'] : []
  const policies = [...POLICIES, ...attesting, ...(await spokes.policies(serverless))]
  // osls: getEventBridgeRuleLogicalId.
  const rule = `${service}${stage}pipelinechangedrule1EventBridgeRule`.replace(/[^0-9A-Za-z]/g, '')
  return {
    extensions: {
      ...Object.fromEntries(FUNCTIONS.map((id) => [id, { DependsOn: policies }])),
      ApprovalDashrequestedSnsSubscriptionApprovalTopic: {
        DependsOn: [
          'ApprovalDashrequestedLambdaPermissionApprovalTopicSNS',
          'ApprovalTopicToApprovalDashrequestedDLQPolicy',
        ],
      },
      [rule[0].toUpperCase() + rule.slice(1)]: {
        DependsOn: ['PipelineChangedDeadPolicy', 'PipelineDashchangedEventBridgeLambdaPermission1'],
      },
    },
  }
}
