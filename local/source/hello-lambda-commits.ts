import type { Change, Edit, Seed } from './example-commits.ts'

const GREETING = 'Hello from Lambda'

/** The greeting is in its test as well. */
const greeting = (to: string): Edit[] =>
  ['index.mjs', 'tests/index.test.mjs'].map((path) => ({ path, from: GREETING, to }))

const change = (message: string, words: string): Change => ({ message, edits: greeting(words) })

/** The function, with the files that deploy it, as examples/hello-lambda/README.md says. */
export const HELLO_LAMBDA: Seed = {
  parts: ['examples/hello-lambda', 'infra/target-lambda.yml', 'appspec/lambda'],
  beginning: greeting('Hello'),
  history: [
    {
      message: 'Start with a greeting and a health check',
      daysAgo: 12,
      without: /^(appspec\.yml|buildspec[\w-]*\.yml|target-|README\.md)/,
    },
    { message: 'Build and test every change', daysAgo: 11, without: /^(appspec\.yml|target-|README\.md)/ },
    { message: 'Shift traffic with CodeDeploy', daysAgo: 6, without: /^README\.md/ },
    { message: 'Explain how to test it', daysAgo: 5 },
    { message: 'Say where the greeting comes from', daysAgo: 1 / 8 },
  ],
  good: [
    change('Greet the people who read reports', 'Hello to all who read reports'),
    change('Wish a good morning', 'Good morning from Lambda'),
    change('Thank the reviewers', 'Thanks to the reviewers'),
    change('Greet a tenth at a time', 'Hello to every tenth of you first'),
  ],
  // The tests find greeting.mjs. The build does not pass it on, so the function cannot load it.
  broken: {
    message: 'Keep the greeting in a file of its own',
    edits: [
      { path: 'greeting.mjs', added: "export const greeting = 'Hello from a file'\n" },
      { path: 'index.mjs', from: "'node:fs'\n", to: "'node:fs'\nimport { greeting } from './greeting.mjs'\n" },
      { path: 'index.mjs', from: /message: '.*?'/, to: 'message: greeting' },
      { path: 'tests/index.test.mjs', from: /message: '.*?'/, to: "message: 'Hello from a file'" },
    ],
  },
  'failing-test': {
    message: 'Shorten the address of the health check',
    edits: [{ path: 'index.mjs', from: "rawPath === '/healthz'", to: "rawPath === '/health'" }],
  },
}
