import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { runGreenlight } from '../cli/scripted-terminal.ts'
import { TEMPLATES, contentOf } from '../infra/read-template.ts'
import { guides, inlineOf, linesIn, linesOf } from './guide-commands.ts'
import { ROOT, read } from './pages.ts'

/* What a reader runs who copies the commands of the guides. */

const lines = guides.flatMap((guide) => linesOf(guide).map((line) => ({ guide, line })))
const shown = ({ guide, line }: (typeof lines)[number]) => `${guide}: ${line}`

/** A command of AWS or of this repository that reads or changes something in a Region. */
const IN_A_REGION =
  /(?:^|\$\(|&& )(?:aws |npx serverless |npx greenlight (?:init|doctor|audit|checkpoint|reconcile|report|redrive)\b)/

/** What runs in no Region, or needs none. */
const EVERYWHERE = /aws (?:iam|organizations|cloudformation activate-organizations-access)\b|greenlight init --manifest/

test('each command of AWS, serverless and greenlight names its Region', () => {
  const inline = guides.flatMap((guide) => inlineOf(guide).map((line) => ({ guide, line })))
  expect(inline.length).toBeGreaterThan(10)
  const regional = [...lines, ...inline].filter(({ line }) => IN_A_REGION.test(line) && !EVERYWHERE.test(line))
  expect(regional.length).toBeGreaterThan(80)
  expect(regional.filter(({ line }) => !/--(?:pipelines-)?region /.test(line)).map(shown)).toEqual([])
})

test('install.md names each command that reads the installation', async () => {
  const { out } = await runGreenlight(['--help'])
  const names = [...out.matchAll(/^ {2}(\w+) (?:\[options\])/gm)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(8)
  const [, said = ''] = /These are ([^]*?)\n\n/.exec(read('docs/install.md')) ?? []
  const told = await Promise.all(
    names.map(async (name) => {
      const { out: help } = await runGreenlight([name, '--help'])
      const option = /--(?:installation-)?region <name> +its AWS Region/.exec(help.replaceAll(/\s+/g, ' '))?.[0]
      return [name, option !== undefined, said.includes(`\`${name}`)] as const
    }),
  )
  expect(told.filter(([, reads, isTold]) => reads !== isTold)).toEqual([])
  expect(told.filter(([, reads]) => reads).length).toBeGreaterThan(5)
})

test('each file of this repository in a command exists', () => {
  const files = lines.flatMap(({ line }) => [
    ...line.matchAll(/(?<![\w/.:-])(?:appspec|docs|examples|infra|schemas|scripts|tests|local)\/[\w./-]*\w/g),
  ])
  const named = files.map(([file]) => file)
  expect(named.length).toBeGreaterThan(15)
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

/** `HttpApiId` is written by the framework. */
const OUTPUTS = new Set([
  'HttpApiId',
  ...TEMPLATES.flatMap((file) => {
    const [, outputs = ''] = /^Outputs:\n([^]*?)(?=^\S|$(?![^]))/m.exec(contentOf(file)) ?? []
    return [...outputs.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name)
  }),
])

test('each output of a stack that a guide names exists', () => {
  const named = guides.flatMap((guide) => [
    ...[...read(guide).matchAll(/\boutputs?\s+`([A-Z]\w+)`(?:\s+and\s+`([A-Z]\w+)`)?/g)].flatMap(([, ...names]) =>
      names.flatMap((name: string | undefined) => name ?? []),
    ),
    ...linesOf(guide).flatMap((line) =>
      [...line.matchAll(/<([A-Z]\w+(?:Arns?|Id|Url))>|OutputKey=='(\w+)'/g)].map(([, one, other]) => one ?? other!),
    ),
  ])
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((name) => !OUTPUTS.has(name))).toEqual([])
})

test('each stack that a command names is one that a guide deploys', () => {
  const stacks = (pattern: RegExp) => lines.flatMap(({ line }) => pattern.exec(line)?.[1] ?? [])
  const deployed = new Set(['greenlight-prod', ...stacks(/cloudformation deploy .*--stack-name (\S+)/)])
  const others = stacks(/cloudformation (?!deploy ).*--stack-name (\S+)/)
  expect(others.length).toBeGreaterThan(5)
  expect(others.filter((name) => !deployed.has(name))).toEqual([])
})

/* CloudFormation keeps the role of the pipeline that updated a stack ("AWS CloudFormation service role", user guide). */

const sections = guides.flatMap((guide) =>
  read(guide)
    .split(/^(?=##+ )/m)
    .map((text) => ({ guide, title: text.split('\n')[0]!, text })),
)

/** The stacks that a pipeline updates: the bot's, by its own one, and those that a launch of infra/pipeline.yml names. */
const UPDATED_BY_PIPELINES = new Set([
  'greenlight-prod',
  ...lines.flatMap(({ line }) => [...line.matchAll(/\b(?:Ecs|Lambda)StackName=(\S+)/g)].map(([, stack = '']) => stack)),
])

/** Where no pipeline has deployed the stack yet, or the stack is one on EC2, which no pipeline updates. */
const BEFORE_A_PIPELINE = /^## (?:Launch|If a deploy fails)$/

test('each command that updates or deletes a stack which a pipeline has deployed gives CloudFormation a role', () => {
  expect(UPDATED_BY_PIPELINES.size).toBeGreaterThan(2)
  const changing = sections
    .filter(({ guide, title }) => guide !== 'docs/targets/ec2.md' && !BEFORE_A_PIPELINE.test(title))
    .flatMap(({ guide, text }) =>
      linesIn(text).flatMap((line) => {
        const [, stack = ''] =
          /cloudformation (?:deploy|update-stack|delete-stack|create-change-set) .*--stack-name (\S+)/.exec(line) ?? []
        return UPDATED_BY_PIPELINES.has(stack) ? [{ guide, line, text }] : []
      }),
    )
  expect(changing.length).toBeGreaterThan(3)
  // Not every bot has a pipeline of its own, so there the text says when to add it.
  const lacking = changing.filter(
    ({ line, text }) =>
      !/--role-arn <\w+ByHandRoleArn>/.test(line) && !text.includes('add `--role-arn <BotByHandRoleArn>`'),
  )
  expect(lacking.map(shown)).toEqual([])
})

test.each(['Deploy by hand', 'Update the hook', 'Deploy by hand from then on', 'Upgrade', 'Other stacks'])(
  '“%s” says which role to give',
  (title) => {
    const own = sections.filter((section) => section.title === `## ${title}`)
    expect(own.length).toBeGreaterThan(0)
    for (const { guide, text } of own)
      expect([guide, text]).toEqual([guide, expect.stringMatching(/--role-arn|deploymentRoleArn=<BotByHandRoleArn>/)])
  },
)

test('each guide that names a role for a deploy by hand says where it is made', () => {
  const naming = guides.filter((guide) => /<\w+ByHandRoleArn>/.test(read(guide)))
  expect(naming.length).toBeGreaterThan(4)
  const elsewhere = naming.filter(
    (guide) => !/#(?:roles-for-a-deploy-by-hand|deploy-by-hand-from-then-on)\)/.test(read(guide)),
  )
  expect(elsewhere).toEqual([])
})

test('each function whose log a command reads exists, and that of CodePipeline’s events comes first', () => {
  const { functions } = parse(read('serverless.yml'), { logLevel: 'silent' }) as { functions: Record<string, object> }
  const logs = lines.flatMap(({ guide, line }) =>
    [...line.matchAll(/serverless logs .*?-f (\S+)/g)].map(([, name = '']) => ({ guide, name })),
  )
  expect(logs.filter(({ name }) => !(name in functions))).toEqual([])
  expect(logs.filter(({ guide }) => guide === 'docs/install.md').map(({ name }) => name)).toEqual([
    'pipeline-changed',
    'effect-due',
  ])
})

test('the steps of a joined account say which events the bus refuses before the bot is told', () => {
  const [, third = '', fourth = ''] = /^3\. ([^]*?)^4\. ([^]*?)^5\. /m.exec(read('docs/accounts.md')) ?? []
  expect(third).toContain('EventNotForwarded')
  expect(third).toContain('aws sqs purge-queue')
  expect(fourth).toContain('Tell the bot')
})

test('each page that begins in another account or Region says that the installer’s policies do not reach it', () => {
  for (const page of ['docs/accounts.md', 'docs/another-region.md'])
    expect([page, read(page)]).toEqual([page, expect.stringMatching(/infra\/installer\.yml[^]{0,300}`PolicyNames`/)])
  expect(read('docs/install.md')).toContain('The policies reach the Region of this stack.')
})
