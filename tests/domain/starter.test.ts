import { nameFromArn, starterFrom } from '../../functions/domain/starter.ts'

test.each([
  ['Webhook', 'arn:aws:codepipeline:eu-west-1:1:webhook:x', { kind: 'push', name: null }],
  ['WebhookV2', '{"webhook":"x"}', { kind: 'push', name: null }],
  ['PollForSourceChanges', '', { kind: 'push', name: null }],
  ['PutActionRevision', '', { kind: 'push', name: null }],
  ['StartPipelineExecution', 'arn:aws:iam::111122223333:user/dana', { kind: 'person', name: 'dana' }],
  ['StartPipelineExecution', 'arn:aws:sts::1:assumed-role/Admin/dana@x.org', { kind: 'person', name: 'dana@x.org' }],
  ['StartPipelineExecution', '<!channel> everybody', { kind: 'person', name: null }],
  ['CloudWatchEvent', 'arn:aws:events:eu-west-1:1:rule/nightly', { kind: 'schedule-or-rule', name: 'nightly' }],
  ['ManualRollback', 'arn:aws-cn:iam::1:user/path/of/ben', { kind: 'rollback', name: 'ben' }],
  ['AutomatedRollback', '', { kind: 'rollback', name: null }],
  ['CreatePipeline', 'arn:aws:iam::1:root', { kind: 'creation', name: 'root' }],
  ['constructor', '', { kind: 'unknown', name: null }],
  ['SomethingNewOfAws', 'arn:aws:iam::1:user/dana', { kind: 'unknown', name: 'dana' }],
])('%s by "%s"', (type, detail, starter) => {
  expect(starterFrom({ type, detail })).toEqual(starter)
})

test('no trigger names nobody', () => {
  expect(starterFrom(null)).toEqual({ kind: 'unknown', name: null })
})

test.each(['', 'dana', 'arn:aws:s3:::bucket/dana', 'arn:aws:iam::1:', 'arn:aws:iam::1:user/'])(
  'nobody is named by "%s"',
  (text) => expect(nameFromArn(text)).toBeNull(),
)
