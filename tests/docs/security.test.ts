import { readTemplate } from '../infra/read-template.ts'
import { read } from './pages.ts'

/* docs/security.md names what the templates allow. */

interface Statement {
  Effect: string
  Action: string | string[]
}

const statementsBelow = (tree: unknown): Statement[] => {
  if (typeof tree !== 'object' || tree === null) return []
  if ('Effect' in tree && 'Action' in tree) return [tree as Statement]
  return Object.values(tree).flatMap(statementsBelow)
}

/** Services that functions call, by the prefix of their actions, as the page names their endpoints. */
const ENDPOINTS: Record<string, string> = {
  cloudformation: 'CloudFormation',
  cloudwatch: '`monitoring`',
  codebuild: 'CodeBuild',
  codedeploy: 'CodeDeploy',
  codepipeline: 'CodePipeline',
  dynamodb: 'DynamoDB',
  ecs: '`ecs`',
  events: '`events`',
  kms: 'KMS',
  lambda: 'Lambda',
  logs: '`logs`',
  s3: 'S3',
  sqs: 'SQS',
  ssm: 'SSM',
  sts: 'STS',
}
test('the page names an endpoint for every service that a function calls', () => {
  const called = new Set(
    ['bot-roles.yml', 'checkpoints.yml', 'attestations.yml'].flatMap((file) =>
      Object.values(readTemplate(file).Resources)
        .filter(({ Type }) => Type.startsWith('AWS::IAM::'))
        .flatMap(({ Properties }) => statementsBelow(Properties))
        .flatMap(({ Action }) => Action)
        .map((action) => action.split(':')[0]!),
    ),
  )
  expect([...called].sort()).toEqual(Object.keys(ENDPOINTS))
  const [, paragraph = ''] = /- \*\*AWS\*\*: (.*?)\n- /s.exec(read('docs/security.md')) ?? []
  for (const name of Object.values(ENDPOINTS)) expect(paragraph.replaceAll('\n', ' ')).toContain(name)
})

test('the page says for how long logs and dead letters are kept', () => {
  const page = read('docs/security.md')
  const service = read('serverless.yml')
  const [, days] = /^ {4}logRetentionInDays: (\d+)$/m.exec(service) ?? []
  expect(page).toContain(`${days} days, the param \`logRetentionInDays\``)
  const kept = Object.values(readTemplate('bot.yml').Resources).flatMap(({ Properties }) =>
    typeof Properties?.MessageRetentionPeriod === 'number' ? [Properties.MessageRetentionPeriod / 86_400] : [],
  )
  expect(kept.length).toBeGreaterThan(0)
  for (const one of kept) expect(page).toContain(`| ${one} days `)
})
