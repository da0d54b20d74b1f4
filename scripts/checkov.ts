/*
 * Runs checkov over CloudFormation templates, and fails for what .ci/checkov.yml does not suppress with a reason, and for
 * a suppression that is not needed.
 *
 * Usage: node scripts/checkov.ts <python that has checkov> <template>…
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { z } from 'zod'

const [python = '', ...templates] = process.argv.slice(2)
const suppressed = z.record(z.string(), z.string().min(20)).parse(parse(readFileSync('.ci/checkov.yml', 'utf8')))

const report = z.object({
  summary: z.object({ passed: z.number(), parsing_errors: z.number() }),
  results: z.object({
    failed_checks: z.array(
      z.looseObject({ check_id: z.string(), check_name: z.string(), file_path: z.string(), resource: z.string() }),
    ),
  }),
})

const { stdout } = await promisify(execFile)(
  python,
  [
    'scripts/run-checkov.py',
    ...['--framework', 'cloudformation', '--output', 'json', '--quiet', '--compact', '--soft-fail', '--skip-download'],
    ...templates.flatMap((template) => ['--file', template]),
  ],
  { maxBuffer: 64 * 1024 * 1024 },
)
const { summary, results } = report.parse(JSON.parse(stdout))
const failed = results.failed_checks
const open = failed.filter(({ check_id }) => !(check_id in suppressed))
const found = new Set(failed.map(({ check_id }) => check_id))
const needless = Object.keys(suppressed).filter((id) => !found.has(id))

for (const { check_id, check_name, file_path, resource } of open)
  console.error(`${check_id} ${file_path} ${resource}: ${check_name}`)
for (const id of needless) console.error(`.ci/checkov.yml suppresses ${id}, and no template needs it.`)
if (summary.parsing_errors > 0) console.error(`checkov could not read ${summary.parsing_errors} of the templates.`)
console.log(
  `checkov: ${summary.passed} checks passed, ${failed.length - open.length} suppressed with a reason, ${open.length} failed.`,
)
if (summary.passed === 0 || summary.parsing_errors > 0 || open.length > 0 || needless.length > 0) process.exitCode = 1
