/**
 * How soon a whole account is asked: `npm run bench -- account [pipelines]`. 1,000 pipelines of both types and all three modes,
 * none of which has a topic, run within an hour; 30 % of their events are lost, the others arrive one to three times. Time
 * is simulated, so the seconds do not depend on this machine.
 */
import { letAnAccountAsk } from './account.ts'

const pipelines = Number(process.argv[2] ?? 1_000)
if (!Number.isInteger(pipelines) || pipelines < 1) {
  console.error(`npm run bench -- account [pipelines]: the number is a whole one from 1, not "${process.argv[2]}"`)
  process.exit(1)
}
const figures = await letAnAccountAsk({ pipelines, over: 60 * 60_000 })
console.table(figures)
process.exitCode = figures.wrong > 0 ? 1 : 0
