import {
  addressIn,
  aliasesOf,
  nameFromArn,
  restoresEarlier,
  sessionOf,
  starterFrom,
  steeringSessionIn,
} from '../../functions/domain/starter.ts'

test.each([
  ['Webhook', 'arn:aws:codepipeline:eu-west-1:1:webhook:x', 'push', null, false],
  ['WebhookV2', '{"webhook":"x"}', 'push', null, false],
  ['PollForSourceChanges', '', 'push', null, false],
  ['PutActionRevision', '', 'push', null, false],
  ['StartPipelineExecution', 'arn:aws:iam::111122223333:user/dana', 'person', 'dana', true],
  ['StartPipelineExecution', 'arn:aws:sts::1:assumed-role/Admin/dana@x.org', 'person', 'dana@x.org', true],
  ['StartPipelineExecution', '<!channel> everybody', 'person', null, false],
  ['CloudWatchEvent', 'arn:aws:events:eu-west-1:1:rule/nightly', 'schedule-or-rule', 'nightly', false],
  ['ManualRollback', 'arn:aws-cn:iam::1:user/path/of/ben', 'rollback', 'ben', true],
  ['AutomatedRollback', '', 'automatic-rollback', null, false],
  ['CreatePipeline', 'arn:aws:iam::1:root', 'creation', 'root', true],
  ['constructor', '', 'unknown', null, false],
  ['SomethingNewOfAws', 'arn:aws:iam::1:user/dana', 'unknown', 'dana', true],
])('%s by "%s" is a %s of %s', (type, detail, kind, name, isSomebody) => {
  expect(starterFrom({ type, detail })).toEqual({ kind, name, arn: isSomebody ? detail : null })
})

test('no trigger gives no starter', () => {
  expect(starterFrom(null)).toEqual({ kind: 'unknown', name: null, arn: null })
})

test('the execution mode is kept with whatever started it, where CodePipeline tells it', () => {
  expect(starterFrom(null, 'QUEUED')).toEqual({ kind: 'unknown', name: null, arn: null, executionMode: 'QUEUED' })
  expect(starterFrom({ type: 'Webhook', detail: '' }, 'PARALLEL')).toMatchObject({ executionMode: 'PARALLEL' })
  expect(starterFrom({ type: 'Webhook', detail: '' })).not.toHaveProperty('executionMode')
})

test('the ARN of a starter is kept without spaces around it, and no longer than people read', () => {
  const dana = 'arn:aws:iam::1:user/dana'
  const by = (detail: string) => starterFrom({ type: 'StartPipelineExecution', detail })
  expect(by(` ${dana}\n`)).toEqual({ kind: 'person', name: 'dana', arn: dana })
  expect(by(`arn:aws:iam::1:user/${'x'.repeat(500)}`).arn).toHaveLength(300)
})

test.each([
  ['AWSReservedSSO_Admin_1a2b/Dana@Shop.example', 'dana@shop.example'],
  ['AWSReservedSSO_Admin_1a2b/dana', null],
  ['Console/dana@shop.example', null],
])('the session %s has the address %s', (session, address) => {
  expect(addressIn(`arn:aws:sts::1:assumed-role/${session}`)).toBe(address)
})

test.each([
  '',
  'dana',
  'by arn:aws:iam::1:user/dana',
  'arn:aws:iam::1:user/dana\nof shop',
  'arn:aws:s3:::bucket/dana',
  'arn:aws:iam::1:',
  'arn:aws:iam::1:user/',
])('"%s" names no person', (text) => expect(nameFromArn(text)).toBeNull())

test.each([
  ['arn:aws:iam::1:user/dana', ['dana']],
  ['arn:aws:iam::1:user/path/of/ben', ['ben']],
  ['arn:aws:sts::1:assumed-role/Console/dana', ['Console/dana', 'dana', 'Console']],
  ['arn:aws:sts::1:assumed-role/Admin/dana@x.org', ['Admin/dana@x.org', 'dana@x.org', 'Admin']],
  ['arn:aws:sts::1:assumed-role/Console', ['Console']],
  ['arn:aws:iam::1:role/deploy', ['deploy']],
  ['arn:aws:iam::1:root', []],
  ['not an ARN', []],
])('a configuration may call %s %j', (arn, aliases) => {
  expect(aliasesOf(arn)).toEqual([arn, ...aliases])
})

test.each([
  ['rollback', true],
  ['automatic-rollback', true],
  ['push', false],
  ['schedule-or-rule', false],
] as const)('an execution that was started by a %s restores an earlier version: %s', (kind, restores) => {
  expect(restoresEarlier({ kind, name: null, arn: null })).toBe(restores)
  expect(restoresEarlier(null)).toBe(false)
})

const SESSION = 'arn:aws:sts::111122223333:assumed-role/greenlight-steer/steer-U0DANA'
test('a session that steers says for whom, in which account and role', () => {
  const found = { partition: 'aws', accountId: '111122223333', role: 'greenlight-steer', userId: 'U0DANA' }
  expect(steeringSessionIn(SESSION)).toEqual(found)
  expect(steeringSessionIn(` ${SESSION}\n`)).toEqual(found)
  for (const other of ['', `by ${SESSION}`, `${SESSION}/x`, SESSION.replace('U0DANA', 'dana')])
    expect(steeringSessionIn(other)).toBeNull()
})

test('an execution that the bot started names the person for whom it did', () => {
  const trigger = { type: 'StartPipelineExecution', detail: SESSION }
  expect(starterFrom({ ...trigger, steeredFor: 'U0DANA' })).toMatchObject({ kind: 'person', userId: 'U0DANA' })
  expect(starterFrom(trigger)).not.toHaveProperty('userId')
})

test('a session of a role has a name, and a user has none', () => {
  expect(sessionOf('arn:aws:sts::1:assumed-role/Console/dana')).toBe('dana')
  expect(sessionOf('arn:aws:iam::1:user/dana')).toBeNull()
})
