import { readFileSync } from 'node:fs'
import { attestationSchema } from '../../schemas/attestation-schema.ts'

test('docs/attestation.schema.json is what npm run schemas writes', () => {
  expect(readFileSync('docs/attestation.schema.json', 'utf8')).toBe(attestationSchema())
})
