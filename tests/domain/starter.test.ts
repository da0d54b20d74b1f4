import { aliasesOf, nameFromArn, starterFrom } from '../../functions/domain/starter.ts'

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

test.each(['', 'dana', 'arn:aws:s3:::bucket/dana', 'arn:aws:iam::1:', 'arn:aws:iam::1:user/'])(
  '"%s" names no person',
  (text) => expect(nameFromArn(text)).toBeNull(),
)

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
