import { decidedBy } from '../../../functions/flows/approval/decided-by.ts'

const PEOPLE: Record<string, string> = {
  'Console/dana': 'U0DANA',
  eli: 'U0ELI',
  Nightly: 'nobody',
  'arn:aws:iam::111122223333:user/root-of-all': 'U0ANA',
}
const services = {
  configuration: { personFor: (identity: string) => PEOPLE[identity] ?? null } as never,
  directory: {
    byEmail: async (email: string) =>
      email === 'chen@shop.example' ? ({ kind: 'found', value: 'U0CHEN' } as const) : ({ kind: 'not-found' } as const),
  } as never,
}
const session = (role: string, name: string) => `arn:aws:sts::111122223333:assumed-role/${role}/${name}`

test.each([
  ['a session by its role and name', session('Console', 'dana'), 'U0DANA'],
  ['an IAM user by name', 'arn:aws:iam::111122223333:user/eli', 'U0ELI'],
  ['an ARN', 'arn:aws:iam::111122223333:user/root-of-all', 'U0ANA'],
  [
    'a session of IAM Identity Center by its address',
    session('AWSReservedSSO_Admin_1a2b', 'chen@shop.example'),
    'U0CHEN',
  ],
  ['no one by the name that a session’s person chose', session('Console', 'eli'), null],
  ['no one by an address in a session that its person named', session('Console', 'chen@shop.example'), null],
  ['no one for a machine', session('Nightly', 'run-1'), null],
  ['no one where AWS names none', null, null],
])('CodePipeline’s name of a decider identifies %s', async (_, arn, userId) => {
  expect(await decidedBy(services, arn)).toBe(userId)
})
