import { readTemplate } from '../infra/read-template.ts'
import { read } from './pages.ts'

/* What the bot's stack leaves behind costs money, and has names that no one can look up later. */

const PARTS = ['bot.yml', 'checkpoints.yml', 'attestations.yml']
const TYPES = ['AWS::DynamoDB::Table', 'AWS::KMS::Key']

const left = PARTS.flatMap((part) => Object.entries(readTemplate(part).Resources)).flatMap(
  ([id, { Type, DeletionPolicy }]) => (TYPES.includes(Type) && String(DeletionPolicy).startsWith('Retain') ? [id] : []),
)

test('docs/remove.md names every table and key that stays', () => {
  expect(left).toContain('SigningKey')
  for (const id of left) expect(read('docs/remove.md')).toContain(`\`${id}\``)
})
