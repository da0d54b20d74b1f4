/**
 * What a step costs as the installation grows: `npm run bench -- growth [pipelines approvals …] [--json]`, from 10 to 10,000
 * pipelines, each with an execution of the last week, and from 10 to 100,000 stored approvals.
 *
 * Each step is done by the real flows over the stored form of real records, in a table in this process that has the keys,
 * indexes, pages and conditions of DynamoDB. Calls are counted, a Query once for each page, and so are read request units.
 */
import { type StepCounts, openGrownBot } from './growth/grown-bot.ts'

const given = process.argv.slice(3).filter((argument) => argument !== '--json')
const wanted = given.length > 0 ? given.map(Number) : [10, 10, 1_000, 10_000, 10_000, 100_000]
if (wanted.length % 2 === 1 || !wanted.every((number) => Number.isInteger(number) && number > 2)) {
  console.error(
    `npm run bench -- growth [pipelines approvals …]: each size is two whole numbers from 3, not "${given.join(' ')}"`,
  )
  process.exit(1)
}
const sizes = Array.from({ length: wanted.length / 2 }, (_, at) => ({
  pipelines: wanted[2 * at]!,
  approvals: wanted[2 * at + 1]!,
}))

const figures: { pipelines: number; approvals: number; steps: Record<string, StepCounts> }[] = []
for (const size of sizes) {
  const bot = await openGrownBot(size)
  const steps: Record<string, StepCounts> = {}
  for (const step of bot.steps) steps[step] = await bot.count(step)
  bot.close()
  figures.push({ ...size, steps })
}

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .sort()
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')

if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
else
  for (const [step, { calls, others }] of Object.entries(figures.at(-1)!.steps)) {
    console.log(`\n${step}: ${listed({ ...calls, ...others })}`)
    console.table(
      figures.map(({ pipelines, approvals, steps }) => ({
        pipelines,
        'stored approvals': approvals,
        'calls of DynamoDB': Object.values(steps[step]!.calls).reduce((sum, one) => sum + one, 0),
        'read units': steps[step]!.readUnits,
        'items and keys read': steps[step]!.items,
        'other calls': Object.values(steps[step]!.others).reduce((sum, one) => sum + one, 0),
      })),
    )
  }
