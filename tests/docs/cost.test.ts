import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { ASSUMED, CASES, PRICES } from '../../scripts/calls/prices.ts'
import { readCounts, renderBill, renderPriceList } from '../../scripts/calls/render.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const guide = read('docs/cost.md')
const rowsOf = (markdown: string): string[] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| -+ /.test(line))
    .map((line) => line.replace(/ *\| */g, '|'))

test("the guide's bill is its counts at its prices", () => {
  const counts = readCounts(guide)
  expect(counts.released.size).toBeGreaterThan(15)
  expect(rowsOf(guide)).toEqual(
    expect.arrayContaining([...rowsOf(renderBill(counts, 'RSA_2048')), ...rowsOf(renderPriceList())]),
  )
})

test('the largest case is a million state changes a day, each received once', () => {
  const heard = readCounts(guide).released.get('Lambda pipeline-changed') ?? 0
  expect((CASES['10,000 pipelines, 1,000,000 state changes a day'] / 30) * heard).toBe(1_000_000)
})

test('the bill has as many alarms as there are', () => {
  expect(read('infra/bot-alarms.yml').match(/Type: AWS::CloudWatch::Alarm/g)).toHaveLength(ASSUMED.alarms)
})

test('the bill has the memory of each function that it counts', () => {
  const { provider, functions } = parse(read('serverless.yml'), { logLevel: 'silent' }) as {
    provider: { memorySize: number }
    functions: Record<string, { memorySize?: number }>
  }
  const counted = Object.keys(ASSUMED.megabytes)
  const given = counted.map((name) => [name, functions[name]!.memorySize ?? provider.memorySize])
  expect(Object.fromEntries(given)).toEqual(ASSUMED.megabytes)
  const { released, waiting, idle } = readCounts(guide)
  const invoked = [released, waiting, idle]
    .flatMap((counts) => [...counts.keys()])
    .flatMap((name) => /^Lambda (.*)/.exec(name)?.[1] ?? [])
  expect([...new Set(invoked)].sort()).toEqual(counted)
})

test('a read of the mutes for each deployment costs what the guide says', () => {
  const reads = CASES['10,000 pipelines, 1,000,000 state changes a day']
  const price = PRICES['DynamoDB on demand, a million read request units'] / 1_000_000
  expect(guide).toContain(`costs ${(reads * price).toFixed(2)} dollars a month in the largest case`)
})
