import { createHash } from 'node:crypto'
import type { CodePipelineClient } from '@aws-sdk/client-codepipeline'
import { codePipelineSteering } from '../../functions/aws/steering-calls.ts'
import type { DueServices } from '../../functions/ports/services.ts'
import type { SteeringSender } from '../../functions/ports/pipeline-steering.ts'
import type { CodePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import type { Requests, Tables } from '../support/memory/table.ts'
import type { Chance } from './chance.ts'
import type { Climate } from './climate.ts'
import type { Invocation } from './invocation.ts'
import type { Ledger, Steered } from './ledger.ts'
import type { Outages } from './outages.ts'

/** What is needed of the world to steer a pipeline in it. */
export interface SteeredWorld {
  chance: Chance
  climate: () => Climate
  outages: Outages
  ledger: Ledger
  tables: (requests: Requests) => Tables
  /** What CodePipeline does when it is called to steer a pipeline. */
  operations: () => Pick<CodePipeline, 'answer'>
  /** What the bot's client sends for it, as a broken bot changes it. */
  sends: (input: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
}

export const DECIDER_ROLE = 'greenlight-decider'
const LINK = { usual: 60, timeout: 15_000 }

/** Where the chain of a request is in the audit record; computed without the code under test. */
export const chainOf = (requestId: string): string =>
  `steering-${createHash('sha256').update(requestId).digest('hex').slice(0, 12)}`

/** CodePipeline answers these so while it handles another call. */
const BUSY = ['RetryStageExecution', 'RollbackStage', 'StopPipelineExecution', 'StartPipelineExecution']

/** The bot's own client code, and behind it the operations of the local CodePipeline with their schemas. */
export const steeringPort = (
  world: SteeredWorld,
  invocation: Invocation,
): Pick<DueServices['pipelineSteering'], 'steer'> => ({
  steer: (steering, sender) =>
    codePipelineSteering((_, role, session) =>
      Promise.resolve(client(world, invocation, { sender, session: `${role}/${String(session)}` })),
    ).steer(steering, sender),
})

interface Opened {
  sender: SteeringSender
  session: string
}

interface Command {
  input: Readonly<Record<string, unknown>>
}

const client = (world: SteeredWorld, invocation: Invocation, { sender, session }: Opened): CodePipelineClient => {
  const { ledger } = world
  const send = (command: Command): Promise<object> => {
    const operation = command.constructor.name.replace(/Command$/, '')
    const input = world.sends(command.input)
    return invocation.call(operation, LINK, async () => {
      const at = invocation.clock().now()
      const isRecorded = (await world.tables(AT_ONCE).entriesOf(sender.once)).length > 0
      const { error, started, answer } = answerOf(world, operation, input, sender)
      const call: Steered = {
        operation,
        input,
        at,
        started,
        once: sender.once,
        session,
        error,
        isRecorded,
      }
      ledger.steered.push(call)
      if (error !== null) throw Object.assign(new Error(error), { name: error })
      return answer
    })
  }
  return { send } as unknown as CodePipelineClient
}

const AT_ONCE = {
  read: async <T>(_: string, land: () => T | Promise<T>): Promise<T> => land(),
  write: async (_: string, land: () => boolean | Promise<boolean>): Promise<boolean> => land(),
}

interface Answered {
  error: string | null
  started: string | null
  answer: object
}

const answerOf = (
  { chance, climate, outages, operations, ledger }: SteeredWorld,
  operation: string,
  input: Command['input'],
  { by }: SteeringSender,
): Answered => {
  const failed = (error: string): Answered => ({ error, started: null, answer: {} })
  if (outages.has('aws-throttles')) return failed('ThrottlingException')
  if (outages.has('aws-refuses')) return failed('AccessDeniedException')
  if (BUSY.includes(operation) && chance.is(climate().busy)) return failed('ConflictException')
  const caller = `arn:aws:sts::111122223333:assumed-role/${DECIDER_ROLE}/steer-${by}`
  const { status, body } = operations().answer(`CodePipeline_20150709.${operation}`, input, caller)
  if (status !== 200) return failed((body as { __type: string }).__type)
  const { pipelineExecutionId = null } = body as { pipelineExecutionId?: string }
  const started = operation === 'StartPipelineExecution' || operation === 'RollbackStage' ? pipelineExecutionId : null
  if (started !== null) {
    const target = String(input['targetPipelineExecutionId'])
    const wrote = operation === 'RollbackStage' ? (ledger.involved.get(target)?.wrote ?? []) : []
    const known = ledger.involved.get(started)
    ledger.involved.set(started, { wrote: known?.wrote ?? wrote, started: [by] })
  }
  return { error: null, started, answer: body }
}
