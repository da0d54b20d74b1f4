import { typedPipeline } from '../../../functions/flows/steer/typed-pipeline.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { DAY, KEY, START, execution } from '../../support/records.ts'

const world = async (...executions: { key?: object; firstEventAt?: number }[]) => {
  const { services } = botInMemory()
  for (const { key, ...more } of executions)
    await services.executions.create({ ...execution(), ...more, key: { ...KEY, ...key } })
  return (name = 'shop-web') => typedPipeline(services, name)
}

test('its executions of the last 30 days are found, the newest first', async () => {
  const find = await world(
    { key: { executionId: 'too-old' }, firstEventAt: START - 30 * DAY - 1 },
    { key: { executionId: 'oldest' }, firstEventAt: START - 30 * DAY },
    { key: { executionId: 'newest' }, firstEventAt: START },
    { key: { pipeline: 'other' } },
  )
  expect(await find()).toMatchObject([{ executionId: 'newest' }, { executionId: 'oldest' }])
})

test('of several pipelines with the name none is chosen', async () => {
  const find = await world({}, { key: { region: 'us-east-1' } })
  expect(await find()).toBe('Several accounts or Regions have a pipeline shop-web. Do this in the AWS console.')
})

test('where none has the name, the nearest is named, if one is near', async () => {
  const find = await world({})
  expect(await find('shop-wbe')).toBe(
    'No execution of the pipeline shop-wbe is known in the last 30 days. Did you mean shop-web?',
  )
  expect(await find('payments')).toBe('No execution of the pipeline payments is known in the last 30 days.')
})
