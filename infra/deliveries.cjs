'use strict'

/**
 * The rule and the subscription that osls writes deliver as soon as they exist. So each waits for the policies with which
 * it delivers. serverless.yml includes this file.
 *
 * It is a script, because the rule's logical ID holds the name of the installation.
 */
module.exports.resources = async ({ resolveVariable }) => {
  const [service, stage] = await Promise.all(['self:service', 'sls:stage'].map(resolveVariable))
  // osls: getEventBridgeRuleLogicalId.
  const rule = `${service}${stage}pipelinechangedrule1EventBridgeRule`.replace(/[^0-9A-Za-z]/g, '')
  return {
    extensions: {
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
