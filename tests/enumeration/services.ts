import { GATES } from '../../functions/flows/gates/gates.ts'
import type { Clock } from '../../functions/clock.ts'
import type { ApprovalDecided } from '../../functions/flows/effects/announce-verdict.ts'
import { fixedSecrets } from '../../functions/aws/secrets.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import type { Signatures } from '../../functions/ports/signatures.ts'
import type { DueServices, Services } from '../../functions/ports/services.ts'
import { clickSeals } from '../../functions/slack/click-seals.ts'
import { NOTHING_THERE } from '../support/memory/nothing-there.ts'
import { MEMORY_DIRECTORY } from '../support/memory/directory.ts'
import { memorySignatures } from '../support/memory/signatures.ts'
import type { Changing, Requests } from '../support/memory/table.ts'
import {
  memoryAbsences,
  memoryApprovals,
  memoryAttention,
  memoryExecutions,
  memoryFreezes,
} from '../support/memory/table.ts'
import type { PartName, World } from './world.ts'
import { botToken, signingSecret } from '../support/secret.ts'

/** A call that a function makes and whose answer depends on what others did. `land` is what it does when it arrives. */
export interface Call<T = unknown> {
  what: string
  /** The parts that it reads or writes. */
  parts: readonly PartName[]
  isWrite: boolean
  /** The table remembers for its writer what a call has read or written, so a call that is made again must land again. */
  remembers?: true
  /** It belongs to a change of a record, which begins again when another function has written in between. */
  change?: Changing
  /** Of a write: the version of the item that its writer knows. */
  known?: number
  land: () => T | Promise<T>
}

export type Ask = <T>(call: Call<T>) => Promise<T>

/**
 * The services of one run of a function. Only calls on what is shared wait for {@link Ask}. Slack's people, KMS, alarms,
 * calendars and the configuration never change here, and Slack never asks to wait: their answers come at once.
 */
export const servicesIn = (world: World, ask: Ask, clock: Clock, configuration: Configuration): DueServices => {
  const on = (part: PartName): Requests => ({
    read: (what, land, change) =>
      ask({ what, parts: [part], isWrite: false, remembers: true, land, ...(change && { change }) }),
    write: (what, land, change, known = 0) =>
      ask({
        what,
        parts: written[part] ?? [part],
        isWrite: true,
        remembers: true,
        known,
        land,
        ...(change && { change }),
      }),
  })
  const written: { [P in PartName]?: readonly PartName[] } = world.keepsEntries
    ? {}
    : { approvals: ['approvals', 'recorded'] }
  const [ofApprovals, ofExecutions] = [on('approvals'), on('executions')]
  const approvals = memoryAttention(world.approvals, ofApprovals)
  const executions = memoryAttention(world.executions, ofExecutions)
  return {
    ...STILL,
    ...world.otherTables,
    clock,
    approvals: memoryApprovals(world.approvals, ofApprovals),
    executions: memoryExecutions(world.executions, ofExecutions),
    entries: entriesPort(world, ask),
    attention: {
      watched: async () => [...(await approvals.watched()), ...(await executions.watched())],
      waitingApprovals: () => approvals.waitingApprovals(),
      newestExecutions: (...asked) => executions.newestExecutions(...asked),
      openApprovals: (pipeline) => approvals.openApprovals(pipeline),
      due: async (now) => [...(await approvals.due(now)), ...(await executions.due(now))],
    },
    pipelines: pipelinesPort(world, ask),
    slack: slackPort(world, ask),
    objections: {
      add: (objection) =>
        ask({
          what: 'write an objection',
          parts: ['objections'],
          isWrite: true,
          land: () => {
            world.objections = [...world.objections, objection]
          },
        }),
      of: (approval) =>
        ask({
          what: 'read objections',
          parts: ['objections'],
          isWrite: false,
          land: () => world.objections.filter((objection) => objection.approval === approval),
        }),
    },
    queue: {
      send: (due, delay) =>
        ask({
          what: `queue ${due.effect.do}`,
          parts: ['queue'],
          isWrite: true,
          land: () => {
            world.queue = [...world.queue, { due, visibleAt: clock.now() + Math.ceil(delay) * 1_000 }]
          },
        }),
    },
    announcements: {
      put: ({ detail }) =>
        ask({
          what: 'PutEvents',
          parts: ['announced'],
          isWrite: true,
          land: () => {
            world.announced = [...world.announced, { detail: detail as ApprovalDecided, at: clock.now() }]
          },
        }),
    },
    turns: { take: async () => clock.now(), hold: async () => {}, heldUntil: async () => 0 },
    configuration,
  }
}

/** What was signed, by the signature's value. */
export const SIGNED = new Map<string, string>()

const noted = ({ sign, verify }: Signatures): Signatures => ({
  sign: async (statement) => {
    const signature = await sign(statement)
    SIGNED.set(signature.value, statement)
    return signature
  },
  verify,
})

/** What never changes here, and is the same for all runs. */
const STILL = {
  gates: GATES,
  directory: {
    person: async (userId) => MEMORY_DIRECTORY.person(userId),
    byEmail: async (email) => MEMORY_DIRECTORY.byEmail(email),
    members: async (groupId) => MEMORY_DIRECTORY.members(groupId),
  },
  signatures: noted(memorySignatures()),
  seals: clickSeals(fixedSecrets({ botToken: botToken(), signingSecret: signingSecret() })),
  ...NOTHING_THERE,
  freezes: memoryFreezes(),
  absences: memoryAbsences(),
  answers: { messageFor: () => '', send: async () => ({ kind: 'posted' }), tell: async () => ({ kind: 'posted' }) },
  homeTabs: { contentOf: () => '', publish: async () => ({ kind: 'published', hash: null }) },
  log: { info: () => {}, warn: () => {}, error: () => {}, count: () => {} },
} satisfies Partial<DueServices>

/** An entry is never overwritten, so it makes no difference when an entry that is there is compared. */
const entriesPort = ({ entries: table, keepsEntries }: World, ask: Ask): Services['entries'] => ({
  file: async (all) => {
    await Promise.all(
      all.map(({ entry }) =>
        ask({
          what: `file entry ${entry.number}`,
          parts: ['entries'],
          isWrite: true,
          land: () => {
            if (table.file(entry)) return
            const there = table.entriesOf(entry.approval).find(({ number }) => number === entry.number)
            if (keepsEntries && there?.hash !== entry.hash)
              throw new Error(`entry ${entry.number} is there, and is another one`)
          },
        }),
      ),
    )
  },
})

const pipelinesPort = (world: World, ask: Ask): Services['pipelines'] => {
  const read =
    <K extends Exclude<keyof Services['pipelines'], 'putApprovalResult'>>(kind: K) =>
    (...given: Parameters<Services['pipelines'][K]>) =>
      ask<Awaited<ReturnType<Services['pipelines'][K]>>>({
        what: `CodePipeline: ${kind}`,
        parts: ['codePipeline'],
        isWrite: false,
        land: async () => {
          const { pipelines } = await world.codePipelines.after(world.codePipeline.changes)
          return (pipelines[kind] as (...given: unknown[]) => never)(...given)
        },
      })
  return {
    pipelines: read('pipelines'),
    structure: read('structure'),
    failedRules: read('failedRules'),
    stages: read('stages'),
    actionRuns: read('actionRuns'),
    runs: read('runs'),
    execution: read('execution'),
    executions: read('executions'),
    putApprovalResult: (where, token, verdict, told) =>
      ask({
        what: `PutApprovalResult ${verdict}`,
        parts: ['codePipeline', 'time'],
        isWrite: true,
        land: async () => {
          const { changes, sent } = world.codePipeline
          const at = world.now
          const { summary } = told
          const copy = await world.codePipelines.make(changes)
          await copy.passTo(at)
          const outcome = copy.pipelines.putApprovalResult(where, token, verdict, told)
          const isTaken = outcome.kind === 'recorded'
          world.codePipeline = {
            changes: isTaken ? [...changes, { by: 'bot', verdict, summary, at }] : changes,
            sent: [...sent, { verdict, summary, at }],
          }
          return outcome
        },
      }),
  }
}

const slackPort = ({ slack }: World, ask: Ask): Services['slack'] => ({
  post: (channel, card, under) =>
    ask({
      what: `chat.postMessage ${card.kind}`,
      parts: ['slack', 'time'],
      isWrite: true,
      land: () => slack.post(channel, card, under),
    }),
  update: (place, card) =>
    ask({
      what: `chat.update ${card.kind}`,
      parts: ['slack', 'time'],
      isWrite: true,
      land: () => slack.update(place, card),
    }),
  find: (channel, card, since, under) =>
    ask({
      what: 'conversations.history',
      parts: ['slack'],
      isWrite: false,
      land: () => slack.find(channel, card, since, under),
    }),
  whisper: (channel, userId, card) =>
    ask({ what: 'chat.postEphemeral', parts: [], isWrite: true, land: () => slack.whisper(channel, userId, card) }),
})
