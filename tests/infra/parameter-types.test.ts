import { readTemplate } from './read-template.ts'

/** What CloudFormation looks up to check a parameter of a type of AWS ("AWS-specific parameter types", User Guide). */
const LOOKED_UP: Record<string, string> = {
  'AWS::EC2::Subnet::Id': 'ec2:DescribeSubnets',
  'AWS::EC2::VPC::Id': 'ec2:DescribeVpcs',
}

test.each(['target-ecs.yml', 'target-lambda.yml'])('a deployment may look up the parameters of %s', (file) => {
  const types = Object.values(readTemplate(file).Parameters).flatMap(({ Type }) =>
    Type.startsWith('AWS::') || Type.startsWith('List<AWS::') ? Type.replace(/^List<(.*)>$/, '$1') : [],
  )
  const role = JSON.stringify(readTemplate('pipeline.yml').Resources.ReleaseRole)
  for (const type of new Set(types)) expect(role).toContain(`"${LOOKED_UP[type]}"`)
})
