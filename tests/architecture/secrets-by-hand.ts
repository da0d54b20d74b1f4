import type { SourceFile } from './source-file.ts'

/** What looks like a secret in code. Keys named `any` and `test` are those of people, whom no function knows. */
const BY_HAND = [
  /['"`]xox[a-z]-[\w-]+['"`]/,
  /\b(?:signing_?secret|bot_?token)\b\W{0,3}[:=] *['"`][^'"`$]/i,
  /\bsecretAccessKey: *'(?!(?:any|test)')/,
  /\btoken\b.*['"`][0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}['"`]/i,
]

/** Files with secrets of their own, and why these need no mark. */
const ALLOWED: Record<string, string> = {
  'tests/domain/mask-secrets.test.ts': 'the forms that are masked',
  'tests/local/page/snapshots.ts': 'what the page shows, which no function sends',
  'tests/malformed.test.ts': 'it loads no other module, and looks for its secret itself',
  'tests/architecture.test.ts': 'secrets by hand that must be found',
}

/** Secrets that tests/support/secret.ts did not make, which no test would see leave: `path:line`. */
export const secretsByHand = ({ path, tree }: SourceFile): string[] =>
  path in ALLOWED
    ? []
    : tree.text
        .split('\n')
        .flatMap((line, index) => (BY_HAND.some((form) => form.test(line)) ? [`${path}:${index + 1}`] : []))
