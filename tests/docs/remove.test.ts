import { createRequire } from 'node:module'
import type { Template } from '../../local/aws/template/template.ts'
import { readTemplate } from '../infra/read-template.ts'
import { guides, linesOf } from './guide-commands.ts'
import { read } from './pages.ts'

/* What the bot's stack leaves behind costs money, and has names that no one can look up later. */

const PARTS = ['bot.yml', 'checkpoints.yml', 'attestations.yml']
const TYPES = ['AWS::DynamoDB::Table', 'AWS::KMS::Key']

const { resources } = createRequire(import.meta.url)('../../infra/signing-keys.cjs') as {
  resources(serverless: { resolveVariable: () => Promise<string> }): Promise<Template>
}

let left: string[]
beforeAll(async () => {
  const keys = await resources({ resolveVariable: async () => 'ECC_NIST_P256,RSA_2048' })
  left = [...PARTS.map(readTemplate), keys]
    .flatMap(({ Resources }) => Object.entries(Resources))
    .flatMap(([id, { Type, DeletionPolicy }]) =>
      TYPES.includes(Type) && String(DeletionPolicy).startsWith('Retain') ? [id] : [],
    )
})

test('docs/remove.md names every table and key that stays', () => {
  expect(left).toEqual(expect.arrayContaining(['SigningKey', 'RsaSigningKey']))
  for (const id of left) expect(read('docs/remove.md')).toContain(`\`${id}\``)
})

const commands = linesOf('docs/remove.md')

test('docs/remove.md has a whole command for every table and key that stays, and for the queues', () => {
  for (const id of left) {
    const deletes = commands.filter(
      (line) => line.includes(`<${id}>`) && /delete-table|schedule-key-deletion/.test(line),
    )
    expect([id, deletes]).toEqual([id, [expect.any(String)]])
  }
  expect(commands).toContainEqual(expect.stringMatching(/^aws sqs delete-queue .*--queue-url </))
})

test('docs/remove.md enables a key whose deletion it cancels', () => {
  const kept = commands.filter((line) => /cancel-key-deletion|enable-key/.test(line))
  expect(kept.map((line) => line.split(' ')[2])).toEqual(['cancel-key-deletion', 'enable-key'])
  for (const line of kept) expect(line).toContain('--key-id <SigningKey>')
})

test('docs/remove.md names each stack and each bucket that a guide makes', () => {
  const made = guides.flatMap((guide) =>
    linesOf(guide).flatMap((line) => {
      const [, stack] = /cloudformation deploy .*--stack-name (\S+)/.exec(line) ?? []
      const [, bucket] = /aws s3 mb s3:\/\/(\S+)/.exec(line) ?? []
      return stack ?? bucket ?? []
    }),
  )
  expect(made.length).toBeGreaterThan(10)
  const page = read('docs/remove.md')
  expect([...new Set(made)].filter((name) => !page.includes(name))).toEqual([])
})
