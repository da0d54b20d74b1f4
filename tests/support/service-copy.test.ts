import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { SHIPPED_PARAMS, shippedService, withParams } from './service-copy.ts'

interface Service {
  params: Record<string, Record<string, unknown>>
  provider: object
}

const read = (text: string) => parse(text, { logLevel: 'silent' }) as Service

test('the tests know each param of serverless.yml', async () => {
  const { params } = read(await readFile('serverless.yml', 'utf8'))
  const shipped = read(await readFile(SHIPPED_PARAMS, 'utf8'))
  expect(Object.keys(shipped.params.default!)).toEqual(Object.keys(params.default!))
})

test('the params of a company are left out of a copy, and nothing else', async () => {
  const text = await readFile('serverless.yml', 'utf8')
  const own =
    'params:\n  default:\n    pipelines: shop-*\n\n    # Ours\n    alarmSubscriptions:\n      - { Protocol: email, Endpoint: team@shop.example }\n  standby:\n    spokes: []\n\n'
  const company = withParams(text, own)
  expect(read(company).params).toMatchObject({ default: { pipelines: 'shop-*' }, standby: { spokes: [] } })
  expect(withParams(company, await readFile(SHIPPED_PARAMS, 'utf8'))).toBe(await shippedService())
  expect(read(await shippedService()).provider).toEqual(read(text).provider)
})
