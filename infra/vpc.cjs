'use strict'

/**
 * What the params `vpcSubnetIds` and `vpcSecurityGroupIds` add to the bot's stack: the functions run in a VPC. Without them,
 * they run in Lambda's own network. serverless.yml and infra/bot-roles.yml include it.
 */

const FORMS = { vpcSubnetIds: /^subnet-[0-9a-f]+$/, vpcSecurityGroupIds: /^sg-[0-9a-f]+$/ }

/** A list in serverless.yml, or a text with commas of --param. */
const idsOf = async ({ resolveVariable }, param) => {
  const given = await resolveVariable(`param:${param}`)
  const ids = (Array.isArray(given) ? given : String(given ?? '').split(',')).map((id) => id.trim()).filter(Boolean)
  const wrong = ids.find((id) => !FORMS[param].test(id))
  if (wrong)
    throw new Error(
      `params.${param}: "${wrong}" is not an ID such as ${param === 'vpcSubnetIds' ? 'subnet' : 'sg'}-0a1b2c3d`,
    )
  return ids
}

const vpcOf = async (serverless) => {
  const subnetIds = await idsOf(serverless, 'vpcSubnetIds')
  const securityGroupIds = await idsOf(serverless, 'vpcSecurityGroupIds')
  if (subnetIds.length > 0 !== securityGroupIds.length > 0)
    throw new Error('params: vpcSubnetIds and vpcSecurityGroupIds belong together; one of them is empty')
  return subnetIds.length > 0 ? { subnetIds, securityGroupIds } : null
}

module.exports = {
  vpc: vpcOf,

  /** Lambda makes the network interfaces with the function's role (Lambda Developer Guide, "Giving Lambda functions access to
   * resources in an Amazon VPC"). They have no name before they exist. */
  use: async (serverless) =>
    (await vpcOf(serverless))
      ? {
          Sid: 'JoinTheVpc',
          Effect: 'Allow',
          Action: [
            'ec2:AssignPrivateIpAddresses',
            'ec2:CreateNetworkInterface',
            'ec2:DeleteNetworkInterface',
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSubnets',
            'ec2:UnassignPrivateIpAddresses',
          ],
          Resource: '*',
        }
      : { Ref: 'AWS::NoValue' },
}
