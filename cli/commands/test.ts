import { Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import type { TestOptions } from '../test/test-policies.ts'

/** `greenlight test`: whether greenlight.yml does what its cases say. */
export const test = (terminal: Terminal): Command =>
  new Command('test')
    .description('run the cases of a policy, without Slack or AWS')
    .argument('[files...]', 'the files of cases (default: greenlight.test.yml beside greenlight.yml)')
    .option('--config <file>', 'another configuration than the one that the cases name')
    .option('--against <file>', 'say for each case what an earlier configuration made of it')
    .option('--junit <file>', 'write the results as JUnit XML too')
    .addHelpText(
      'after',
      `
Exit codes:
  0  every case has the expected result
  1  a case has another result, or a file could not be read
  2  wrong arguments

Examples:
  npx greenlight test
  npx greenlight test --junit results.xml
  git show main:greenlight.yml > before.yml && npx greenlight test --against before.yml`,
    )
    .action(async (files: string[], options: TestOptions) => {
      const { testPolicies } = await import('../test/test-policies.ts')
      await testPolicies(files, options, terminal)
    })
