import { approvalToken } from '../support/secret.ts'
import { readFileSync } from 'node:fs'
import { approvalId } from '../../functions/domain/approval-id.ts'
import { parsePipelineEvent } from '../../functions/aws/pipeline-event.ts'
import { Malformed } from '../../functions/malformed.ts'

type Fixture = { detail: Record<string, unknown> } & Record<string, unknown>
const fixture = (name: string): Fixture => JSON.parse(readFileSync(`tests/fixtures/${name}.json`, 'utf8')) as Fixture
const withDetail = (name: string, detail: Record<string, unknown>): Fixture => {
  const event = fixture(name)
  return { ...event, detail: { ...event.detail, ...detail } }
}

const key = {
  accountId: '111122223333',
  region: 'eu-west-1',
  pipeline: 'shop-web',
  executionId: '01234567-0123-0123-0123-012345678901',
}

test('a pipeline that started', () => {
  expect(parsePipelineEvent(fixture('pipeline-started'))).toEqual({
    key,
    change: { level: 'pipeline', progress: 'running', at: Date.UTC(2026, 10, 23, 10, 30) },
    approval: null,
  })
})

test('a stage that succeeded', () => {
  expect(parsePipelineEvent(fixture('stage-succeeded'))?.change).toEqual({
    level: 'stage',
    stage: 'Build',
    progress: 'succeeded',
    at: Date.UTC(2026, 10, 23, 10, 31),
  })
})

test('an approval that was decided outside Greenlight is found by its token', () => {
  const at = Date.UTC(2026, 10, 23, 10, 42, 7)
  expect(parsePipelineEvent(fixture('action-failed'))).toEqual({
    key,
    change: {
      level: 'action',
      stage: 'Production',
      action: 'Approve',
      actionExecutionId: '99999999-0123-0123-0123-012345678901',
      category: 'Approval',
      provider: 'Manual',
      summary: 'Not before the sale is over',
      url: null,
      progress: 'failed',
      at,
    },
    approval: {
      id: approvalId('111122223333', 'eu-west-1', approvalToken()),
      ending: { status: 'failed', at, summary: 'Not before the sale is over' },
    },
  })
})

test.each([
  ['SUCCEEDED', 'succeeded'],
  ['FAILED', 'failed'],
  ['CANCELED', 'canceled'],
  ['ABANDONED', 'abandoned'],
])('an approval’s %s ends it as %s', (state, status) => {
  expect(parsePipelineEvent(withDetail('action-failed', { state }))?.approval?.ending).toMatchObject({ status })
})

test('an approval that starts has not ended', () => {
  const event = withDetail('action-failed', { state: 'STARTED', 'execution-result': undefined })
  expect(parsePipelineEvent(event)?.approval).toEqual({ id: null, ending: null })
})

test('an action without an id, as in older events, is identified by its stage and name', () => {
  const event = withDetail('action-failed', { 'action-execution-id': undefined, 'execution-result': null })
  expect(parsePipelineEvent(event)?.change).toMatchObject({ actionExecutionId: 'Production/Approve', summary: null })
})

test.each([3, '3', 3.0, undefined])('a version may be %p', (version) => {
  expect(parsePipelineEvent(withDetail('stage-succeeded', { version }))).not.toBeNull()
})

test('fields that a pipeline’s own event does not use may be null', () => {
  const nothing = { stage: null, action: null, type: null, 'action-execution-id': null, 'execution-result': null }
  expect(parsePipelineEvent(withDetail('pipeline-started', nothing))?.change.level).toBe('pipeline')
  expect(parsePipelineEvent(withDetail('action-failed', { 'action-execution-id': null }))?.change).toMatchObject({
    actionExecutionId: 'Production/Approve',
  })
})

test('a summary is cut to the length that CodePipeline keeps', () => {
  const result = { 'external-execution-summary': 'x'.repeat(200_000) }
  const event = parsePipelineEvent(withDetail('action-failed', { 'execution-result': result }))
  expect(event?.change).toMatchObject({ summary: 'x'.repeat(2_048) })
  expect(event?.approval?.ending?.summary).toHaveLength(2_048)
})

test('a secret at the end of what is kept of a summary is masked before it is cut', () => {
  const type = { owner: 'AWS', provider: 'CodeBuild', category: 'Build', version: '1' }
  const result = { 'external-execution-summary': `${'x '.repeat(1_019)}AKIAIOSFODNN7EXAMPLE` }
  const event = parsePipelineEvent(withDetail('action-failed', { type, 'execution-result': result }))
  expect(JSON.stringify(event)).not.toContain('AKIA')
})

test('an action of a new category is read like any other', () => {
  const type = { owner: 'AWS', provider: 'Commands', category: 'Compute', version: '1' }
  expect(parsePipelineEvent(withDetail('action-failed', { type }))).toMatchObject({
    change: { category: 'Compute', provider: 'Commands' },
    approval: null,
  })
})

const AT_MOST = `https://ci.example/${'x'.repeat(3_000 - 'https://ci.example/'.length)}`

test.each([
  ['of another kind than a web page', 'javascript:alert(1)', null],
  ['as long as a message takes', AT_MOST, AT_MOST],
  ['longer than a message takes', `${AT_MOST}x`, null],
])('a link %s', (_, link, url) => {
  const result = { 'external-execution-url': link }
  expect(parsePipelineEvent(withDetail('action-failed', { 'execution-result': result }))?.change).toMatchObject({ url })
})

test.each([
  ['a state that AWS has added since', withDetail('stage-succeeded', { state: 'PONDERING' })],
  ['a state named like a property of every object', withDetail('stage-succeeded', { state: 'constructor' })],
  ['a kind named like a property of every object', { ...fixture('stage-succeeded'), 'detail-type': 'toString' }],
  ['another kind of event', { ...fixture('stage-succeeded'), 'detail-type': 'CodePipeline Tea Break' }],
])('%s is ignored', (_, event) => {
  expect(parsePipelineEvent(event)).toBeNull()
})

test.each([
  ['nothing', null],
  ['a text', 'SUCCEEDED'],
  ['no detail', { ...fixture('stage-succeeded'), detail: undefined }],
  ['a stage event without a stage', withDetail('stage-succeeded', { stage: undefined })],
  ['a stage event whose stage is null', withDetail('stage-succeeded', { stage: null })],
  ['an action event without a type', withDetail('action-failed', { type: null })],
  ['an invalid account', { ...fixture('stage-succeeded'), account: '<!here>' }],
  ['an invalid time', { ...fixture('stage-succeeded'), time: 'now' }],
  ['300 kB of something else', { text: 'x'.repeat(300_000) }],
])('%s is refused', (_, event) => {
  expect(() => parsePipelineEvent(event)).toThrow(Malformed)
})
