import { CelEngine, TemplateFile } from '@aws/cloudformation-validate'

/*
 * node scripts/check-templates.ts TEMPLATE …
 *
 * Checks CloudFormation templates against AWS's own schemas and rules, offline. Prints each finding in a line, and
 * fails if there is one. Notes (INFO: an update would replace, tags could be set) do not count.
 */

/**
 * Parts that osls itself writes into the bot's template, and that do no harm: a dependency named twice, a whole ARN. And a
 * condition on a param, whose value is a text in the packaged template: it always holds, or never, so two of them are the
 * same.
 */
const BY_OSLS = ['W1028', 'W3005', 'W8003', 'W9002', 'W9053']

/**
 * The engine reads an empty default even where Fn::If leaves the property out. cfn-lint reads conditions, and checks the
 * same patterns.
 */
const OF_AN_EMPTY_DEFAULT = /^'(arn:aws:iam:::[^']*)?' does not match (pattern|format)|^length 0 is below minimum/

/**
 * The engine takes a comparison of two references for one that never holds, and in a resource with such a condition it
 * calls both branches of every Fn::If unreachable. cfn-lint has the same rules and finds nothing. Of the rules of
 * infra/pipeline.yml it says that they have too many combinations to go through; cfn-lint goes through them.
 */
const MISREAD: Record<string, string[]> = {
  'infra/pipeline.yml': ['W9052'],
  'infra/spoke.yml': ['W1028'],
  'infra/spoke-stack-set.yml': ['W8003'],
}

const engine = new CelEngine()
const found = process.argv.slice(2).flatMap((file) => {
  const ignored = file.startsWith('.serverless/') ? BY_OSLS : (MISREAD[file] ?? [])
  const { diagnostics } = engine.validateStandard(new TemplateFile(file))
  return diagnostics
    .filter(
      ({ severity, ruleId, message }) =>
        severity !== 'INFO' && !ignored.includes(ruleId) && !OF_AN_EMPTY_DEFAULT.test(message),
    )
    .map(({ severity, ruleId, message }) => `${file}: ${severity} ${ruleId}: ${message}`)
})
engine.free()
for (const line of found) console.error(line)
console.log(`${process.argv.length - 2} templates checked, ${found.length} findings`)
process.exitCode = found.length > 0 ? 1 : 0
