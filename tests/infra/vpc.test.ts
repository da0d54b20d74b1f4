import { packageService, SECOND_INSTALLATION } from '../support/package-service.ts'
import { allowedTo, functionsOf, type Template } from '../support/template.ts'

const SUBNETS = ['--param', 'vpcSubnetIds=subnet-0a1b2c3d,subnet-0a1b2c3e']
const GROUPS = ['--param', 'vpcSecurityGroupIds=sg-0a1b2c3d']
const ATTACH = 'ec2:CreateNetworkInterface'

const placed = (template: Template) =>
  Object.entries(functionsOf(template)).map(([door, { properties }]) => ({
    door,
    vpc: properties['VpcConfig'],
    mayAttach: allowedTo(template, door).some(({ Action }) => Action.includes(ATTACH)),
  }))

test('every function runs in the VPC of the params, and its role may attach it', async () => {
  const functions = placed((await packageService(...SECOND_INSTALLATION)).template)
  expect(functions.length).toBeGreaterThan(5)
  for (const { door, ...rest } of functions)
    expect([door, rest]).toEqual([
      door,
      {
        vpc: { SubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'], SecurityGroupIds: ['sg-0a1b2c3d'] },
        mayAttach: true,
      },
    ])
}, 120_000)

test('without the params, no function does', async () => {
  for (const { vpc, mayAttach } of placed((await packageService()).template))
    expect([vpc, mayAttach]).toEqual([undefined, false])
}, 120_000)

test('one param without the other, and what is no ID, is refused', async () => {
  await expect(packageService(...SUBNETS)).rejects.toThrow('belong together')
  await expect(packageService('--param', 'vpcSubnetIds=vpc-1', ...GROUPS)).rejects.toThrow(
    'is not an ID such as subnet-',
  )
}, 120_000)
