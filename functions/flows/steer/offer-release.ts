import type { Execution } from '../../domain/execution.ts'
import { isOver } from '../../domain/execution.ts'
import type { CommandAnswer } from '../../ports/cards.ts'
import type { Services } from '../../ports/services.ts'
import type { Typist } from '../freeze/change-freezes.ts'
import { readableExecution } from '../readable-records.ts'
import { releaseStands, whyNotSteered } from './judge-steering.ts'
import { typedPipeline } from './typed-pipeline.ts'

/** Each costs a read of the table. */
const MOST_EXECUTIONS_READ = 12

/**
 * Story: a person typed that a pipeline's newest change is to be released. If they may, they get the button of its status
 * message, which opens the form that says what will happen. Nothing has happened until they send that.
 */
export const offerRelease = async (services: Services, { who }: Typist, pipeline: string): Promise<CommandAnswer> => {
  if (pipeline === '') return not('Name one pipeline, as in: release shop-web.')
  const keys = await typedPipeline(services, pipeline)
  if (typeof keys === 'string') return not(keys)
  const read = await Promise.all(keys.slice(0, MOST_EXECUTIONS_READ).map((key) => readableExecution(services, key)))
  const known = read.filter((one): one is Execution => one !== null)
  const over = known.find(releaseStands)
  if (!over) return not(`No execution of ${pipeline} is known that has ended. Release the change in the AWS console.`)
  const { accountId, region, executionId } = over.key
  const aim = { act: 'release', execution: { accountId, region, pipeline, executionId }, stage: null } as const
  const because = await whyNotSteered(services, aim, who.userId)
  return because === null
    ? { kind: 'release-offered', aim, running: known.filter((one) => !isOver(one)) }
    : { kind: 'steered', steering: aim, answer: 'refused', because }
}

const not = (because: string): CommandAnswer => ({ kind: 'not-done', because })
