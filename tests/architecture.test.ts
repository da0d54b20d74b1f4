import { basename } from 'node:path'
import { asksCodePipeline } from './architecture/asks-codepipeline.ts'
import { awsErrorClasses } from './architecture/aws-names.ts'
import { wrongImports } from './architecture/direction.ts'
import { importCycles } from './architecture/import-cycles.ts'
import { notLoaded, notUsed } from './architecture/loaded-by-doors.ts'
import { secretsByHand } from './architecture/secrets-by-hand.ts'
import { SAME_EVERYWHERE, neededNowhere, sharedNames } from './architecture/one-name.ts'
import { pastDoors, withoutDoor } from './architecture/service-doors.ts'
import { parseSource, sourceFiles } from './architecture/source-file.ts'
import { timeAndChance, waiting } from './architecture/time-and-chance.ts'

const files = sourceFiles(process.cwd(), ['cli', 'functions', 'infra', 'local', 'schemas', 'scripts', 'tests'])
const inside = (folder: string) => files.filter(({ path }) => path.startsWith(folder))

describe('the sources', () => {
  test('has files in it', () => {
    expect(inside('functions/').length).toBeGreaterThan(1)
  })

  test('imports run one way: handlers → flows → domain, slack and aws implement what flows declare', () => {
    expect(files.flatMap(wrongImports)).toEqual([])
  })

  test('a service of local/aws is imported only through its main file', () => {
    expect([...files.flatMap(pastDoors), ...withoutDoor(files)]).toEqual([])
  })

  test('no file imports itself through others, types included', () => {
    expect(importCycles(files)).toEqual([])
  })

  test('approvals reach CodePipeline only through the row of their gate', () => {
    const flows = ['approval', 'effects', 'show'].flatMap((folder) => inside(`functions/flows/${folder}/`))
    expect(flows.length).toBeGreaterThan(10)
    expect(flows.filter(asksCodePipeline).map(({ path }) => path)).toEqual([])
  })

  test('one name means one thing in functions/', () => {
    const shared = sharedNames(inside('functions/'))
    expect(shared.filter((line) => !(line.split(':')[0]! in SAME_EVERYWHERE))).toEqual([])
    expect(neededNowhere(inside('functions/'))).toEqual([])
  })

  test('every secret of a test has the mark that is looked for in what leaves', () => {
    expect([...inside('tests/'), ...inside('local/')].flatMap(secretsByHand)).toEqual([])
    const by = (line: string) => secretsByHand(parseSource('tests/x.ts', line))
    expect(by(`const secrets = { botToken: 'b', signingSecret: 's' }`)).toEqual(['tests/x.ts:1'])
    expect(by(`new WebClient('xoxb-1')`)).toEqual(['tests/x.ts:1'])
    expect(by(`const credentials = { accessKeyId: 'BOT', secretAccessKey: 'x' }`)).toEqual(['tests/x.ts:1'])
    expect(by(`const TOKEN = '00000000-0000-4000-8000-00000000abcd'`)).toEqual(['tests/x.ts:1'])
    expect(by(`const secrets = { botToken: botToken(), signingSecret: signingSecret() }`)).toEqual([])
  })

  test('functions read time and chance only from the clock', () => {
    const asking = inside('functions/').filter(({ path }) => path !== 'functions/clock.ts')
    expect(asking.flatMap(timeAndChance)).toEqual([])
  })

  test('the domain waits for nothing', () => {
    expect(inside('functions/domain/').flatMap(waiting)).toEqual([])
  })

  test('no function reads a whole table', () => {
    const scans = inside('functions/').filter(({ tree }) => /\b(?:Scan|ScanCommand|paginateScan)\b/.test(tree.text))
    expect(scans.map(({ path }) => path)).toEqual([])
  })

  test('functions/ holds only what a handler loads', () => {
    expect([...notLoaded(files), ...notUsed(files)]).toEqual([])
  })

  test('errors of AWS are recognized by name', () => {
    expect(inside('functions/').flatMap(awsErrorClasses)).toEqual([])
  })

  test('files are named in kebab-case, after their content', () => {
    const kebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.tsx?$/
    const saysNothing = /(?:^index|(?:^|-)(?:utils?|helpers?|managers?|common|misc))\.tsx?$/
    const names = files.filter(({ path }) => !kebab.test(basename(path)) || saysNothing.test(basename(path)))
    expect(names.map(({ path }) => path)).toEqual([])
  })
})

describe('the rules notice', () => {
  test.each([
    ['functions/domain/a.ts', `import { x } from '../flows/x.ts'`],
    ['functions/domain/a.ts', `import type { x } from '../clock.ts'`],
    ['functions/domain/a.ts', `import { z } from 'zod'`],
    ['functions/domain/a.ts', `type X = import('../slack/x.ts').X`],
    ['functions/flows/a.ts', `export * from '../aws/x.ts'`],
    ['functions/flows/a.ts', `import { WebClient } from '@slack/web-api'`],
    ['functions/slack/a.ts', `const x = await import('../aws/x.ts')`],
    ['functions/slack/a.ts', `import { SQSClient } from '@aws-sdk/client-sqs'`],
    ['functions/aws/a.ts', `import { x } from '../button-clicked.ts'`],
    ['functions/button-clicked.ts', `import { x } from '../local/x.ts'`],
    ['functions/button-clicked.ts', `import { x } from '../tests/x.ts'`],
    ['functions/other/a.ts', ``],
    ['functions/button-clicked.ts', `import { x } from '../cli/x.ts'`],
    ['local/a.ts', `import { x } from '../tests/x.ts'`],
    ['functions/hook/a.ts', `import { x } from '../domain/x.ts'`],
    ['functions/ports/a.ts', `import { x } from '../flows/x.ts'`],
    ['scripts/a.ts', `import { x } from '../tests/e2e/x.ts'`],
    ['tests/support/a.ts', `import { x } from '../flows/x.ts'`],
    ['local/clock.ts', `import { x } from './aws/aws-error.ts'`],
    ['local/process/a.ts', `import { x } from '../clock.ts'`],
    ['local/aws/aws-error.ts', `import { x } from './sqs/sqs.ts'`],
    ['local/aws/sqs/a.ts', `import { x } from '../../slack/x.ts'`],
    ['local/aws/sqs/a.ts', `import type { x } from '../../page/contract.ts'`],
    ['local/aws/sqs/a.ts', `import { x } from '../../../functions/button-clicked.ts'`],
    ['local/slack/a.ts', `import type { x } from '../page/contract.ts'`],
    ['local/slack/a.ts', `import { x } from '../aws/aws-error.ts'`],
    ['local/source/a.ts', `import type { x } from '../page/contract.ts'`],
    ['local/source/a.ts', `import { x } from '../aws/sqs/sqs.ts'`],
    ['local/page/a.tsx', `import { x } from '../web/x.ts'`],
    ['local/page/a.tsx', `import { join } from 'node:path'`],
    ['local/web/a.ts', `import { x } from '../workspace/x.ts'`],
    ['local/workspace/a.ts', `import type { x } from '../page/contract.ts'`],
    ['local/other/a.ts', ``],
  ])('%s: %s', (path, text) => {
    expect(wrongImports(parseSource(path, text))).toHaveLength(1)
  })

  test.each([
    ['functions/button-clicked.ts', `import { x } from './flows/x.ts'; import { App } from '@slack/bolt'`],
    ['functions/flows/a.ts', `import type { Clock } from '../clock.ts'; import { y } from '../domain/y.ts'`],
    ['functions/slack/a.ts', `import type { Port } from '../ports/port.ts'`],
    ['local/web/a.ts', `import type { x } from '../page/contract.ts'; import { y } from '../aws/sqs/sqs.ts'`],
    ['local/workspace/a.ts', `import { x } from '../web/x.ts'; import { y } from '../../functions/button-clicked.ts'`],
    ['tests/a.test.ts', `import schema from '../schemas/greenlight.schema.json' with { type: 'json' }`],
  ])('nothing in %s: %s', (path, text) => {
    expect(wrongImports(parseSource(path, text))).toEqual([])
  })

  test('an import cycle, of types too, whichever way it is written', () => {
    const cycle = [
      parseSource('local/a.ts', `import { b } from './b.ts'`),
      parseSource('local/b.ts', `export type { C } from './c/c.ts'`),
      parseSource('local/c/c.ts', `import type { A } from '../a.ts'; type D = import('../d.ts').D`),
      parseSource('local/d.ts', `const own = await import('./d.ts')`),
    ]
    expect(importCycles(cycle)).toEqual([
      'local/a.ts → local/b.ts → local/c/c.ts → local/a.ts',
      'local/d.ts → local/d.ts',
    ])
    expect(importCycles(cycle.slice(0, 2))).toEqual([])
  })

  test.each([
    ['local/aws/lambda/a.ts', `import { x } from '../sqs/queue.ts'`, 1],
    ['local/workspace/a.ts', `import type { x } from '../aws/sqs/queue.ts'`, 1],
    ['tests/doors/a.test.ts', `import { x } from '../../local/aws/sqs/queue.ts'`, 1],
    ['local/aws/lambda/a.ts', `import { x } from '../sqs/sqs.ts'; import { y } from './b.ts'`, 0],
    ['tests/local/aws/sqs/a.test.ts', `import { x } from '../../../../local/aws/sqs/queue.ts'`, 0],
  ])('an import past the main file of a service in %s: %s (%i)', (path, text, count) => {
    expect(pastDoors(parseSource(path, text))).toHaveLength(count)
  })

  test('a service without a main file', () => {
    const paths = ['local/aws/aws-error.ts', 'local/aws/sqs/sqs.ts', 'local/aws/sns/topic.ts']
    expect(withoutDoor(paths.map((path) => parseSource(path, '')))).toEqual(['sns'])
  })

  test.each([
    'const t = Date.now()',
    'const t = globalThis.Date.now()',
    'const t = new Date()',
    'const t = Date()',
    'const n = Math.random()',
    'setTimeout(f, 1)',
    'globalThis.setTimeout(f, 1)',
    'const start = performance.now()',
    `import { randomUUID as id } from 'node:crypto'`,
    `import { setTimeout as wait } from 'node:timers/promises'`,
  ])('%s', (text) => {
    expect(timeAndChance(parseSource('functions/flows/a.ts', text))).not.toEqual([])
  })

  test.each(['const t = new Date(clock.now())', 'const o = { performance: 1 }', '// Date.now()', 'clock.now()'])(
    'nothing in %s',
    (text) => {
      expect(timeAndChance(parseSource('functions/flows/a.ts', text))).toEqual([])
    },
  )

  test('a file or an export in functions/ that no handler needs', () => {
    const door = parseSource('functions/door.ts', `import { a } from './flows/a.ts'; export const handler = a`)
    const flow = parseSource(
      'functions/flows/a.ts',
      `import type { P } from '../ports/p.ts'; export const a = (p: P) => p`,
    )
    const port = parseSource('functions/ports/p.ts', 'export type P = string; export const spare = 1')
    const stray = parseSource('functions/config/stray.ts', `export { a } from '../flows/a.ts'`)
    const tool = parseSource('cli/tool.ts', `import { spare } from '../functions/ports/p.ts'`)
    expect(notLoaded([door, flow, port, stray, tool])).toEqual(['functions/config/stray.ts'])
    expect(notUsed([door, flow, port, stray, tool])).toEqual(['functions/ports/p.ts exports spare'])
  })

  test('a flow that calls CodePipeline', () => {
    const asks = (text: string) => asksCodePipeline(parseSource('functions/flows/approval/a.ts', text))
    expect(asks('const { pipelines } = services')).toBe(true)
    expect(asks('await services.pipelines.stages(where)')).toBe(true)
    expect(asks('// of the pipelines\nconst pipeline = pipelineOf(where)')).toBe(false)
  })

  test('a name that two files declare, exported or not', () => {
    const sources = [
      parseSource('functions/domain/a.ts', `export interface Live {}; const { LONGEST, more: { rest } } = limits`),
      parseSource('functions/slack/b.ts', `type Live = string; const LONGEST = 1; const f = (own) => own`),
      parseSource('functions/slack/c.ts', `import { LONGEST } from './b.ts'; const rest = 1; const g = (own) => own`),
    ]
    expect(sharedNames(sources)).toEqual([
      'Live: functions/domain/a.ts, functions/slack/b.ts',
      'LONGEST: functions/domain/a.ts, functions/slack/b.ts',
      'rest: functions/domain/a.ts, functions/slack/c.ts',
    ])
    expect(sharedNames(sources.slice(1))).toEqual([])
  })

  test('waiting in the domain', () => {
    expect(waiting(parseSource('functions/domain/a.ts', 'const f = async () => { await g() }'))).toHaveLength(2)
  })

  test.each([
    [`import { ConflictException } from '@aws-sdk/client-codepipeline'`, 1],
    [`import type { ConflictException } from '@aws-sdk/client-codepipeline'`, 0],
    [`import { SQSClient, type Message, SendMessageCommand } from '@aws-sdk/client-sqs'`, 0],
  ])('%s (%i)', (text, count) => {
    expect(awsErrorClasses(parseSource('functions/aws/a.ts', text))).toHaveLength(count)
  })
})
