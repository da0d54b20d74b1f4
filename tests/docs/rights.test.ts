import { readTemplate } from '../infra/read-template.ts'
import { pages, read } from './pages.ts'

/** Rights on what `dataKeyArn` encrypts: a person or role that has them also needs the key. */
const ON_ENCRYPTED = /`dynamodb:(?:GetItem|Query|Scan)`|`sqs:ReceiveMessage`|sns:Publish|aws sqs receive-message/

test('each section that lists rights on encrypted data says which the data key needs', () => {
  const sections = pages.flatMap((page) =>
    /^docs\/(?!decisions\/)/.test(page)
      ? read(page)
          .split(/^(?=##+ )/m)
          .filter((section) => ON_ENCRYPTED.test(section) && !section.includes('kms:Decrypt'))
          .map((section) => `${page} ${section.split('\n')[0]}`)
      : [],
  )
  expect(sections).toEqual([])
})

interface Statement {
  Sid?: string
  Action?: string | string[]
}

/** What each statement of a role of the bot allows. */
const statementsOf = (role: string): Map<string, string[]> => {
  const { Properties } = readTemplate('bot-roles.yml').Resources[role]!
  const policies = Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[]
  return new Map(
    policies.flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.map(({ Sid = '', Action = [] }) => [Sid, [Action].flat()]),
    ),
  )
}

const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

const roleOf = (name: string): string =>
  name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()) + 'Role'

test('failures.md says which statements let the bot read a failure, and which functions have them', () => {
  const page = read('docs/failures.md')
  const rows = [...page.matchAll(/^\| `([A-Z]\w+)` +\| (.*?) +\| (.*?) +\|$/gm)].map(
    ([, sid = '', rights = '', others = '']) => ({
      sid,
      rights: codes(rights),
      others: codes(others),
    }),
  )
  const effectDue = statementsOf('EffectDueRole')
  const roles = Object.entries(readTemplate('bot-roles.yml').Resources).flatMap(([id, { Type }]) =>
    Type === 'AWS::IAM::Role' && id !== 'EffectDueRole' ? [id] : [],
  )
  expect(rows.map(({ sid }) => sid)).toEqual(['ReadFailures', 'ReadTestReports', 'FindPipelines'])
  for (const { sid, rights, others } of rows) {
    expect([sid, effectDue.get(sid)]).toEqual([sid, expect.arrayContaining(rights)])
    expect([sid, roles.filter((role) => statementsOf(role).has(sid))]).toEqual([sid, others.map(roleOf)])
  }
  expect(effectDue.get('ReadFailures')).toEqual(rows[0]!.rights)
  // Each right that the table of services names is in one of these statements.
  const [, asked = ''] = /^\| action ([^]*?)\n\n/m.exec(page) ?? []
  const operations = codes(asked).flatMap((code) => /^(?:[a-z]+:)?([A-Z][a-z]+[A-Z]\w+)$/.exec(code)?.[1] ?? [])
  expect(operations.length).toBeGreaterThan(7)
  const listed = rows.flatMap(({ rights }) => rights.map((right) => right.split(':')[1]))
  expect([...new Set(operations)].sort()).toEqual([...new Set(listed)].sort())
})
