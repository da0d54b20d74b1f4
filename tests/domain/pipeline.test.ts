import { executionId, pipelineId, pipelineOf } from '../../functions/domain/pipeline.ts'
import { KEY } from '../support/records.ts'

const PIPELINE = { accountId: '111122223333', region: 'eu-west-1', pipeline: 'shop-web' }

test('a pipeline and an execution have a key, whose parts stay apart', () => {
  expect(pipelineId(KEY)).toBe('111122223333#eu-west-1#shop-web')
  expect(executionId(KEY)).toBe(`111122223333#eu-west-1#shop-web#${KEY.executionId}`)
})

test('a pipeline is only account, Region and name of an execution', () => {
  expect(pipelineOf(KEY)).toEqual(PIPELINE)
})
