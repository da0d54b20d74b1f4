import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { ownEntries } from './scripts/lint/own-entries.js'

const TYPED = [
  'cli/**/*.ts',
  'functions/**/*.ts',
  'infra/*.ts',
  'local/**/*.{ts,tsx}',
  'schemas/*.ts',
  'scripts/**/*.ts',
  'tests/**/*.{ts,tsx}',
]

/** See docs/decisions/0014-functions-are-arrows-and-state-is-a-closure.md. */
const STATE_IN_CLASS = {
  selector: ':matches(ClassDeclaration, ClassExpression)[superClass=null]',
  message: 'State is in a closure: const createThing = () => ({ … }).',
}

/** The ways to read time or chance from the machine. Only `functions/clock.ts` may use them. */
const TIME_AND_CHANCE = {
  'no-restricted-globals': [
    'error',
    ...['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({
      name,
      message: 'Time comes from the Clock (functions/clock.ts).',
    })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Time comes from the Clock (functions/clock.ts).' },
    { object: 'Math', property: 'random', message: 'Chance comes from the Clock (functions/clock.ts).' },
    { object: 'crypto', property: 'randomUUID', message: 'Identifiers come from the Clock (functions/clock.ts).' },
  ],
  'no-restricted-syntax': [
    'error',
    STATE_IN_CLASS,
    {
      selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
      message: 'Time comes from the Clock (functions/clock.ts).',
    },
  ],
}

const NO_SKIPPING = {
  'no-restricted-properties': [
    'error',
    ...['describe', 'test', 'it'].flatMap((object) =>
      ['skip', 'todo', 'only'].map((property) => ({
        object,
        property,
        message: 'What a suite needs is said by describeWith (tests/support/needs.ts).',
      })),
    ),
  ],
}

/** tests/architecture.test.ts checks every import; these two are here so that an editor underlines them at once. */
const imports = (...group) => ({
  'no-restricted-imports': ['error', { patterns: [{ group, message: 'See "The house" in CONTRIBUTING.md.' }] }],
})

export default defineConfig(
  { ignores: ['.serverless/', '.esbuild/', '.greenlight/', 'coverage/', 'examples/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: TYPED,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A port is asynchronous whether or not one implementation of it waits.
      '@typescript-eslint/require-await': 'off',
      // Ports are plain objects of closures, made to be destructured.
      '@typescript-eslint/unbound-method': 'off',
      // The reason of an abort signal may be anything.
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'func-style': ['error', 'expression'],
      'prefer-arrow-callback': 'error',
    },
  },
  {
    files: ['cli/**/*.ts', 'functions/**/*.ts', 'local/**/*.{ts,tsx}'],
    ignores: ['functions/own-entry.ts'],
    plugins: { greenlight: { rules: { 'own-entries': ownEntries } } },
    rules: { 'greenlight/own-entries': 'error' },
  },
  {
    files: ['cli/**/*.ts', 'local/**/*.{ts,tsx}', 'schemas/*.ts', 'scripts/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', STATE_IN_CLASS] },
  },
  {
    files: ['tests/**/*.{ts,tsx}'],
    rules: {
      // A test reads JSON of any shape from HTTP; the assertion checks it.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      ...NO_SKIPPING,
    },
  },
  { files: ['tests/support/needs.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['functions/**/*.ts'],
    ignores: ['functions/clock.ts'],
    rules: { ...TIME_AND_CHANCE, ...imports('**/local/**', '**/tests/**') },
  },
  {
    files: ['functions/domain/**/*.ts'],
    rules: imports(
      '**/flows/**',
      '**/slack/**',
      '**/aws/**',
      '**/config/**',
      '**/local/**',
      '**/tests/**',
      '@aws-sdk/*',
      '@slack/*',
    ),
  },
  { files: ['**/*.{js,mjs,cjs}'], extends: [tseslint.configs.disableTypeChecked] },
)
