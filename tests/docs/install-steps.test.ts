import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/* docs/install.md says before each step what will be made, and what it costs. */

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
