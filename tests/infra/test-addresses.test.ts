import { evaluate } from '../../local/aws/template/template.ts'
import { readTemplate } from './read-template.ts'
import { templateMeanings } from './template-meanings.ts'

/* Who may reach the test listener of infra/target-ecs.yml: the hook, through the NAT gateway of each zone. */

const ADDRESS = '203.0.113.7/32'

const propertiesOf = (id: string, TestCidr: string) =>
  evaluate(
    readTemplate('target-ecs.yml').Resources[id]?.Properties,
    templateMeanings('target-ecs.yml', {
      HookCodeBucket: 'code',
      VpcId: 'vpc-1',
      ServiceSubnetIds: 'subnet-a,subnet-b',
      LoadBalancerSubnetIds: 'subnet-c,subnet-d',
      AllowedCidr: ADDRESS,
      TestCidr,
    }),
    id,
  ) as Record<string, unknown>

const addressesOf = (TestCidr: string) =>
  (propertiesOf('TestAddresses', TestCidr).Entries as { Cidr: string }[]).map(({ Cidr }) => Cidr)

test.each([1, 2, 3, 4, 5, 6])('%d NAT gateways', (count) => {
  const ranges = Array.from({ length: count }, (_, at) => `203.0.113.${at + 1}/32`)
  expect(addressesOf(ranges.join())).toEqual(ranges)
})

interface Ingress {
  FromPort: number
  CidrIp?: string
  SourcePrefixListId?: string
}

test('no rule is given twice, which EC2 would refuse, even if the service and the hook have the same address', () => {
  const rules = propertiesOf('LoadBalancerAccess', ADDRESS).SecurityGroupIngress as Ingress[]
  const keys = rules.map(({ FromPort, CidrIp, SourcePrefixListId }) => `${FromPort} ${CidrIp ?? SourcePrefixListId}`)
  expect(keys).toEqual(['80 203.0.113.7/32', '9000 the TestAddresses', '80 the TestAddresses'])
})
