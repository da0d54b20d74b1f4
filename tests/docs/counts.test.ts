import { parse } from 'yaml'
import { read } from './pages.ts'

const howMany = (file: string, type: string): number => read(file).split(`Type: ${type}\n`).length - 1

/** As a sentence says it. */
const counted = (count: number, one: string): string => (count === 1 ? `a ${one}` : `${inWords(count)} ${one}s`)

const inWords = (count: number): string =>
  ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'][count] ?? String(count)

test('the guides count the resources of the bot and of a joined account', () => {
  const joins = read('docs/accounts.md').replaceAll(/\s+/g, ' ')
  const cost = read('docs/cost.md')
  expect(read('docs/install.md')).toContain(counted(howMany('infra/bot.yml', 'AWS::DynamoDB::Table'), 'table'))
  const alarms = howMany('infra/spoke.yml', 'AWS::CloudWatch::Alarm')
  for (const guide of [joins, cost]) {
    expect(guide).toContain(`with \`AlarmTopicArn\`, ${counted(alarms, 'alarm')}`)
    expect(guide).toContain(`${(alarms * 0.1).toFixed(2)} dollars`)
  }
})

test('README counts what a deploy makes', () => {
  const { functions } = parse(read('serverless.yml'), { logLevel: 'silent' }) as { functions: object }
  const readme = read('README.md').replaceAll(/\s+/g, ' ')
  const dead = read('infra/bot.yml').match(/^ {2}\w+Dead:/gm)!.length
  expect(readme).toContain(`${inWords(Object.keys(functions).length)} small functions`)
  expect(readme).toContain(counted(howMany('infra/bot.yml', 'AWS::DynamoDB::Table'), 'table'))
  expect(readme).toContain(`${inWords(dead + 1)} queues (${inWords(dead)} of them dead-letter queues)`)
})

test('no cell of a table in the architecture names a file twice', () => {
  const cells = read('docs/architecture.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split('|'))
  const repeated = cells.filter((cell) => {
    const names = [...cell.matchAll(/`[^`]+`/g)].map(([name]) => name)
    return new Set(names).size < names.length
  })
  expect(repeated).toEqual([])
})
