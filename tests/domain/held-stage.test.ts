import type { Hold } from '../../functions/domain/held-stage.ts'
import { heldAmong, heldBehind, heldInFront } from '../../functions/domain/held-stage.ts'
import { START } from '../support/records.ts'

const HOLD: Hold = { reason: 'stocktaking', since: START, userId: 'U0DANA', name: null }
const transition = (stage: string, held?: Hold, inbound: readonly string[] = []) => ({
  ...{ stage, inbound },
  ...(held && { held }),
})

const free = transition('Source')
const staging = transition('Staging', HOLD, ['e1'])
const production = transition('Production', { ...HOLD, reason: 'incident' }, ['e2', 'e3'])
const open = transition('Later', undefined, ['e4'])
const STAGES = [free, staging, production, open]

test('the stages whose transition is disabled are told with the reason, in their order', () => {
  expect(heldAmong(STAGES)).toEqual([
    { stage: 'Staging', ...HOLD },
    { stage: 'Production', ...HOLD, reason: 'incident' },
  ])
})

test.each([
  ['Source', 'Staging'],
  ['Staging', 'Production'],
  ['Production', undefined],
  ['Later', undefined],
  ['Unknown', undefined],
])('behind %s comes the held stage %s', (stage, held) => {
  expect(heldBehind(STAGES, stage)?.stage).toBe(held)
})

test('only the next stage counts', () => {
  expect(heldBehind([free, staging, open], 'Source')?.stage).toBe('Staging')
  expect(heldBehind([free, open, production], 'Source')).toBeNull()
})

test('behind a stage that is not the pipeline’s comes none, although its first stage is held', () => {
  expect(heldBehind([staging, production], 'Unknown')).toBeNull()
})

test.each([
  ['e1', 'Staging'],
  ['e2', 'Production'],
  ['e3', 'Production'],
  ['e4', undefined],
  ['e5', undefined],
])('%s waits in front of the held stage %s', (executionId, held) => {
  expect(heldInFront(STAGES, executionId)?.stage).toBe(held)
})
