import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { readTemplate } from '../infra/read-template.ts'
import { guides } from './guide-commands.ts'
import { pages } from './pages.ts'

/* The guides say before each step what will be made, and what it costs. */

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const steps = read('docs/install.md')
  .split(/^## (?=\d)/m)
  .slice(1)
  .map((section) => ({ title: section.split('\n')[0]!, first: section.split('\n\n')[1] ?? '' }))

test('the guide has its steps', () => {
  expect(steps).toHaveLength(8)
})

test.each(steps)('$title: begins with what it makes', ({ first }) => {
  expect(first).toMatch(/^_(Creates|Changes|Starts) [^_]+\._/)
})

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']

test('the deploy makes as many functions and queues as it says', () => {
  const { first } = steps.find(({ title }) => title.includes('Deploy'))!
  const { functions } = parse(read('serverless.yml'), { logLevel: 'silent' }) as { functions: object }
  const queues = read('infra/bot.yml').match(/Type: AWS::SQS::Queue\n|: \*dead-letter-queue\n/g) ?? []
  expect(first).toContain(`${NUMBERS[Object.keys(functions).length]} functions`)
  expect(first.replaceAll('\n', ' ')).toContain(`${NUMBERS[queues.length]} queues`)
})

test('the deploy costs what docs/cost.md says', () => {
  const [, words] = /An idle bot costs (about \w+ dollars a month)/.exec(read('docs/cost.md'))!
  expect(steps.find(({ title }) => title.includes('Deploy'))!.first.replaceAll('\n', ' ')).toContain(words)
})

const MAKES =
  /aws (?:cloudformation deploy|s3 mb|s3 cp|s3api (?:create|put)-|kms create-key|[a-z]+ create-(?!change-set)|codepipeline start-|codebuild start-)|serverless deploy/

/** What a guide says of a block of commands: the text since the heading or the step before it. */
const saidBefore = (text: string): string => text.split(/^(?=#+ | *\d+\. )/m).at(-1)!

const commandsOf = (guide: string) =>
  [...read(guide).matchAll(/^( *)```sh\n(?<block>[^]*?)^\1```/gm)].flatMap(({ index, groups }) => {
    const command = groups!.block!.split('\n').find((line) => MAKES.test(line))
    return command ? [{ guide, command: command.trim(), said: saidBefore(read(guide).slice(0, index)) }] : []
  })

const making = guides.flatMap(commandsOf)

test('each guide of a target has steps that make something', () => {
  const guides = new Set(making.map(({ guide }) => guide))
  expect([...guides]).toEqual(expect.arrayContaining(pages.filter((page) => page.startsWith('docs/targets/'))))
  expect([...guides]).toContain('docs/own-pipeline.md')
})

test.each(making)('$guide: says what “$command” makes, and what that costs', ({ said }) => {
  const [, what] = /_((?:Creates|Changes|Starts) [^_]+)_/i.exec(said.replaceAll('\n', ' ')) ?? []
  expect(what).toMatch(/dollar|cent|free|price|costs? nothing/)
})

/** The resources that a template makes with these parameters, by their types. */
const made = (template: string, left: readonly string[]): Record<string, number> =>
  Object.values(readTemplate(template).Resources)
    .filter(({ Condition }) => !left.includes(String(Condition)))
    .reduce<Record<string, number>>((sums, { Type }) => ({ ...sums, [Type]: (sums[Type] ?? 0) + 1 }), {})

/** What each template leaves out in the guide's command. */
const LAUNCHES = [
  { guide: 'targets/ec2', template: 'pipeline.yml', left: ['StartsByRule', 'ThroughCloudFormation'] },
  { guide: 'targets/lambda', template: 'pipeline.yml', left: ['StartsByRule'] },
  { guide: 'targets/ecs', template: 'pipeline.yml', left: ['StartsByRule'] },
  { guide: 'own-pipeline', template: 'self.yml', left: [] },
  { guide: 'targets/ec2', template: 'target-ec2.yml', left: ['IsBlueGreen'] },
  { guide: 'targets/lambda', template: 'target-lambda.yml', left: [] },
  { guide: 'targets/ecs', template: 'target-ecs.yml', left: ['ByCodeDeploy'] },
]

/** What costs something, or is found in the account under a name of its own; of the targets with a load balancer. */
const ALSO_COUNTED = {
  'AWS::ECR::Repository': 'image repositor(?:y|ie)',
  'AWS::ECS::Cluster': 'cluster',
  'AWS::EC2::PrefixList': 'prefix list',
  'AWS::EC2::SecurityGroup': 'security group',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'load balancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'target group',
  'AWS::Logs::LogGroup': 'log group',
}

test.each(LAUNCHES)('docs/$guide.md: counts what $template makes', ({ guide, template, left }) => {
  const said = commandsOf(`docs/${guide}.md`).find(({ command }) => command.includes(`infra/${template}`))!
  const sums = made(template, left)
  const text = said.said.replaceAll(/\s+/g, ' ')
  expect(text).toContain(`${NUMBERS[sums['AWS::IAM::Role']!]} roles`)
  const alarms = sums['AWS::CloudWatch::Alarm']
  if (alarms) expect(text).toContain(`${NUMBERS[alarms]} alarms (${(alarms * 0.1).toFixed(2)} dollars`)
  for (const [type, noun] of Object.entries(ALSO_COUNTED)) {
    const count = template.startsWith('target-e') ? sums[type] : undefined
    if (count)
      expect(text).toMatch(new RegExp(`\\b${count === 1 ? 'an?' : NUMBERS[count]} ${noun}${count === 1 ? '' : 's'}\\b`))
  }
  if (sums['AWS::ElasticLoadBalancingV2::LoadBalancer']) expect(text).toContain('two public IPv4 addresses (about 7.30')
})

test('“Who may install” counts the policies and roles of installer.yml, and so does each guide that deploys it', () => {
  const sums = made('installer.yml', [])
  const counted = `${NUMBERS[sums['AWS::IAM::ManagedPolicy']!]} managed policies and ${NUMBERS[sums['AWS::IAM::Role']!]} roles`
  const saying = guides.filter((guide) => /managed policies and/.test(read(guide)))
  expect(saying.sort()).toEqual(['docs/install.md', 'docs/targets/lambda.md'])
  for (const guide of saying)
    expect(read(guide).replaceAll(/\s+/g, ' ')).toContain(`_Creates ${counted}, which are free._`)
})
