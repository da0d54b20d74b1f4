import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handler } from '../index.mjs'

const get = async (rawPath) => {
  const { statusCode, body } = await handler({ rawPath })
  return { statusCode, ...JSON.parse(body) }
}

test('greets', async () => {
  assert.deepEqual(await get('/'), { statusCode: 200, message: 'Hello from Lambda', version: 'development' })
})

test('says that it is healthy, and which version it is', async () => {
  assert.deepEqual(await get('/healthz'), { statusCode: 200, status: 'ok', version: 'development' })
})
