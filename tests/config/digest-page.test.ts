import { readFileSync } from 'node:fs'
import { configurationFrom } from '../../functions/config/configuration.ts'
import { readConfiguration } from '../../functions/config/read-configuration.ts'
import type { Pipeline } from '../../functions/domain/pipeline.ts'

const [, EXAMPLE] = /```yaml\n(digests:\n[^]*?)```/.exec(readFileSync('docs/digest.md', 'utf8')) ?? []

const read = readConfiguration(`${EXAMPLE}routes: []\n`)
const digests = read.kind === 'valid' ? configurationFrom(read.configuration).digests : []

const pipeline = (name: string, accountId = '111122223333'): Pipeline => ({
  accountId,
  region: 'eu-west-1',
  pipeline: name,
})

test.each([
  ['shop-web', ['C0MANAGERS', 'C0SHOP']],
  ['pay-card', ['C0MANAGERS', 'C0PAYMENTS']],
  ['ledger', ['C0MANAGERS', 'C0PAYMENTS']],
  ['billing', ['C0MANAGERS']],
])('the digests of docs/digest.md that cover %s', (name, channels) => {
  expect(digests.filter(({ covers }) => covers(pipeline(name))).map(({ channel }) => channel)).toEqual(channels)
})

test('a pipeline of another account is in no digest of this one', () => {
  const covering = digests.filter(({ covers }) => covers(pipeline('ledger', '444455556666')))
  expect(covering.map(({ channel }) => channel)).toEqual(['C0MANAGERS'])
})

test('an example has a day, or is daily', () => {
  expect(digests.map(({ every, weekday, zone }) => [every, weekday, zone])).toEqual([
    ['weekly', 1, 'UTC'],
    ['daily', null, 'Europe/Berlin'],
    ['daily', null, 'UTC'],
  ])
})
