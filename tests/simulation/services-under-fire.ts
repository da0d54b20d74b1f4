import { GATES } from '../../functions/flows/gates/gates.ts'
import { inspect } from 'node:util'
import { fixedSecrets } from '../../functions/aws/secrets.ts'
import { clickSeals } from '../../functions/slack/click-seals.ts'
import type { ApprovalDecided } from '../../functions/flows/effects/announce-verdict.ts'
import { deliveryIn, together } from '../../functions/domain/delivery-measures.ts'
import type { AlarmsRead } from '../../functions/domain/automatic.ts'
import type { CalendarState } from '../../functions/domain/calendar.ts'
import type { Configuration } from '../../functions/ports/configuration.ts'
import type { LookupResult } from '../../functions/ports/directory.ts'
import type { Log } from '../../functions/ports/log.ts'
import type { DueServices, Services } from '../../functions/ports/services.ts'
import type { SlackRefusal } from '../../functions/ports/slack.ts'
import type { Build } from '../../functions/ports/builds.ts'
import type { TestReport } from '../../functions/domain/test-evidence.ts'
import { alarmAt, stateOf } from './configuration.ts'
import { changeSetOf } from './pipeline-under-test.ts'
import type { SteeredWorld } from './steering-port.ts'
import { steeringPort } from './steering-port.ts'
import type { EnginePipelines } from '../support/engine-pipelines.ts'
import type { Invocation, Link } from './invocation.ts'
import type { AnswerOutcome } from '../../functions/ports/answers.ts'
import type { Ledger, Sent, ToldSteering, ToldTogether } from './ledger.ts'
import { MEMORY_DIRECTORY } from '../support/memory/directory.ts'
import { memorySignatures } from '../support/memory/signatures.ts'
import type { MemorySlack } from '../support/memory/slack.ts'
import { subjectOf } from '../support/memory/slack.ts'
import type { MemoryTable, Requests } from '../support/memory/table.ts'
import { memoryAbsences, memoryFreezes } from '../support/memory/table.ts'
import type { VirtualQueue } from './virtual-queue.ts'
import { botToken, signingSecret } from '../support/secret.ts'

/** How long calls take, and when the bot's clients give up. */
const LINKS = {
  table: { usual: 6, timeout: 3_000 },
  pipelines: { usual: 60, timeout: 15_000 },
  slack: { usual: 200, timeout: 8_000 },
  queue: { usual: 10, timeout: 3_000 },
  events: { usual: 10, timeout: 3_000 },
  keys: { usual: 20, timeout: 2_000 },
  alarms: { usual: 60, timeout: 2_000 },
  calendars: { usual: 40, timeout: 2_000 },
  changeSets: { usual: 60, timeout: 2_000 },
} satisfies Record<string, Link>

export interface World extends SteeredWorld {
  pipelines: EnginePipelines
  slack: MemorySlack
  turns: Services['turns']
  queue: VirtualQueue
  objections: Services['objections']
  freezes: MemoryTable
  absences: MemoryTable
  configuration: Configuration
}

/** The services of the flows, for one run of a function: each call may fail. */
export const servicesUnderFire = (world: World, invocation: Invocation): DueServices => {
  const { queue, outages, configuration, ledger } = world
  const tables = world.tables(tableRequests(world, invocation))
  return {
    clock: invocation.clock(),
    ...tables,
    entries: {
      file: async (all) => {
        await tables.entries.file(all)
        ledger.noteFiled(
          all.map(({ entry }) => entry),
          invocation.clock().now(),
        )
      },
    },
    gates: GATES,
    pipelines: pipelinesPort(world, invocation),
    builds: buildsPort(world, invocation),
    changeSets: changeSetsPort(world, invocation),
    failures: failuresPort(world, invocation),
    outsideWorks: { read: async () => ({ kind: 'gone' }) },
    pipelineSteering: steeringPort(world, invocation),
    delivery: deliveryPort(world, invocation),
    answers: answersPort(world, invocation),
    homeTabs: { contentOf: () => '', publish: async () => ({ kind: 'published', hash: null }) },
    slack: slackPort(world, invocation),
    turns: turnsPort(world, invocation),
    directory: directoryPort(world, invocation),
    alarms: alarmsPort(world, invocation),
    calendars: calendarsPort(world, invocation),
    calendarReadings: { latest: async () => null, keep: async () => {} },
    announcements: {
      put: ({ detail }) =>
        invocation.call('PutEvents', LINKS.events, () => {
          if (outages.has('events-down')) throw new Error('EventBridge is down')
          ledger.announced.push({ detail: detail as ApprovalDecided, at: invocation.clock().now() })
        }),
    },
    queue: {
      send: (due, delay) =>
        invocation.call(`queue ${due.effect.do} (${due.attempt}) in ${delay} s`, LINKS.queue, () => {
          if (outages.has('queue-down')) throw new Error('SQS is down')
          if (due.effect.do === 'answer-several') ledger.takeTogether(due.effect.answers.id)
          queue.send(due, delay)
        }),
    },
    freezes: memoryFreezes(world.freezes, tableRequests(world, invocation)),
    absences: memoryAbsences(world.absences, tableRequests(world, invocation)),
    signatures: signaturesPort(world, invocation),
    seals: SEALS,
    objections: objectionsPort(world, invocation),
    configuration,
    log: logTo(ledger, invocation),
  }
}

const tableRequests = ({ chance, climate, outages }: World, invocation: Invocation): Requests => {
  const check = () => {
    if (outages.has('table-down')) throw new Error('DynamoDB is down')
  }
  return {
    read: (what, land) =>
      invocation.call(what, LINKS.table, () => {
        check()
        return land()
      }),
    write: (what, land) =>
      invocation.call(what, LINKS.table, async () => {
        check()
        const written = await land()
        // The answer was lost, the client sent the same write again, and the second failed because of the first.
        return written && !chance.is(climate().echo)
      }),
  }
}

/** People read what became of each approval that they answered together. */
const answersPort = ({ ledger, outages }: World, invocation: Invocation): DueServices['answers'] => ({
  messageFor: (answer) =>
    answer.kind === 'several'
      ? JSON.stringify({
          answered: answer.answered.map((one) => ({
            kind: one.kind,
            approval: one.kind === 'unknown' ? null : one.approval.id,
          })),
          unclear: answer.unclear,
        })
      : answer.kind === 'several-late'
        ? JSON.stringify({ answered: [], unclear: null })
        : answer.kind === 'steered'
          ? JSON.stringify({ steered: { answer: answer.answer, because: answer.because } })
          : '{}',
  send: async (responseUrl, message) => {
    const { steered } = JSON.parse(message) as { steered?: Pick<ToldSteering, 'answer' | 'because'> }
    if (!steered) return { kind: 'posted' }
    return invocation
      .call<AnswerOutcome>('answer what was typed', LINKS.slack, () => {
        if (outages.has('slack-down')) return { kind: 'unclear', because: 'HTTP 503' }
        ledger.toldSteering.push({ userId: null, from: responseUrl, ...steered })
        return { kind: 'posted' }
      })
      .catch((error: unknown) => ({ kind: 'unclear', because: String(error) }))
  },
  tell: ({ userId, channel, message }) =>
    invocation
      .call<AnswerOutcome>('chat.postEphemeral', LINKS.slack, () => {
        if (outages.has('slack-down')) return { kind: 'unclear', because: 'HTTP 503' }
        const said = JSON.parse(message) as Pick<ToldTogether, 'answered' | 'unclear'> & {
          steered?: Pick<ToldSteering, 'answer' | 'because'>
        }
        if (said.steered) ledger.toldSteering.push({ userId, from: channel ?? '', ...said.steered })
        else ledger.toldTogether.push({ userId, channel, answered: said.answered, unclear: said.unclear })
        return { kind: 'posted' }
      })
      .catch((error: unknown) => ({ kind: 'unclear', because: String(error) })),
})

/** Reads the whole record, of which a range counts. */
const deliveryPort = ({ ledger, outages, tables }: World, invocation: Invocation): DueServices['delivery'] => ({
  read: () =>
    invocation.call('read the record', LINKS.table, async () => {
      if (outages.has('table-down')) throw new Error('DynamoDB is down')
      const { entriesOf } = tables(AT_ONCE)
      const records = await Promise.all([...ledger.asked.values()].map(({ id }) => entriesOf(id)))
      return together(records.map((entries) => deliveryIn(entries.toSorted((a, b) => a.number - b.number))))
    }),
})

const AT_ONCE: Requests = { read: async (_, land) => land(), write: async (_, land) => land() }

const alarmsPort = ({ outages }: World, invocation: Invocation): Services['alarms'] => ({
  read: async (_, names) => {
    const unread = (why: string): AlarmsRead => ({ kind: 'unread', because: `CloudWatch did not answer (${why})` })
    return invocation
      .call('DescribeAlarms', LINKS.alarms, () =>
        outages.has('aws-throttles')
          ? unread('ThrottlingException')
          : ({ kind: 'read', alarms: names.map((name) => alarmAt(name, invocation.clock().now())) } as const),
      )
      .catch((error: unknown) => unread(String(error)))
  },
})

const calendarsPort = ({ outages }: World, invocation: Invocation): Services['calendars'] => ({
  stateAt: async (calendar, at) => {
    const unread = (why: string): CalendarState => ({
      kind: 'unread',
      because: `Systems Manager did not answer (${why})`,
    })
    return invocation
      .call('GetCalendarState', LINKS.calendars, () =>
        outages.has('aws-throttles') ? unread('ThrottlingException') : stateOf(calendar, at),
      )
      .catch((error: unknown) => unread(String(error)))
  },
})

const SIGNATURES = memorySignatures()
const SEALS = clickSeals(fixedSecrets({ botToken: botToken(), signingSecret: signingSecret() }))

const objectionsPort = ({ outages, objections }: World, invocation: Invocation): Services['objections'] => {
  const ask = <T>(what: string, land: () => Promise<T>): Promise<T> =>
    invocation.call(what, LINKS.table, () => {
      if (outages.has('table-down')) throw new Error('DynamoDB is down')
      return land()
    })
  return {
    add: (objection) => ask('write an objection', () => objections.add(objection)),
    of: (approval) => ask('read objections', () => objections.of(approval)),
  }
}

const turnsPort = ({ outages, turns }: World, invocation: Invocation): Services['turns'] => {
  const ask = <T>(what: string, land: () => Promise<T>): Promise<T> =>
    invocation.call(what, LINKS.table, () => {
      if (outages.has('table-down')) throw new Error('DynamoDB is down')
      return land()
    })
  return {
    take: (limited, lane, waitMs) => ask(`a turn of ${limited.method}`, () => turns.take(limited, lane, waitMs)),
    hold: (limited, until) => ask(`${limited.method} waits`, () => turns.hold(limited, until)),
    heldUntil: (limited) => ask(`whether ${limited.method} waits`, () => turns.heldUntil(limited)),
  }
}

const signaturesPort = ({ outages }: World, invocation: Invocation): Services['signatures'] => {
  const ask = <T>(what: string, land: () => Promise<T>): Promise<T> =>
    invocation.call(what, LINKS.keys, () => {
      if (outages.has('aws-throttles')) throw new Error('ThrottlingException')
      return land()
    })
  return {
    sign: (statement) => ask('Sign', () => SIGNATURES.sign(statement)),
    // A function asks for the public key once, and verifies by itself.
    verify: (statement, signature) => SIGNATURES.verify(statement, signature),
  }
}

const pipelinesPort = ({ ledger, outages, pipelines }: World, invocation: Invocation): Services['pipelines'] => {
  const read = <T>(what: string, ask: () => T): Promise<T> =>
    invocation.call(what, LINKS.pipelines, () => {
      if (outages.has('aws-throttles')) throw new Error('ThrottlingException')
      return ask()
    })
  return {
    pipelines: (there) => read('ListPipelines', () => pipelines.pipelines(there)),
    structure: (...asked) => read('GetPipeline', () => pipelines.structure(...asked)),
    failedRules: (key) => read('ListRuleExecutions', () => pipelines.failedRules(key)),
    stages: (pipeline) => read('GetPipelineState', () => pipelines.stages(pipeline)),
    actionRuns: (key) => read('ListActionExecutions', () => pipelines.actionRuns(key)),
    runs: (pipeline, enough) => read('ListActionExecutions', () => pipelines.runs(pipeline, enough)),
    execution: (key) => read('GetPipelineExecution', () => pipelines.execution(key)),
    executions: (pipeline, asked) => read('ListPipelineExecutions', () => pipelines.executions(pipeline, asked)),
    putApprovalResult: async (where, token, verdict, told) => {
      const { summary } = told
      const sent: Sent = { token, verdict, summary, at: invocation.clock().now() }
      ledger.sent.push(sent)
      const answer = await invocation.call<Awaited<ReturnType<Services['pipelines']['putApprovalResult']>>>(
        `PutApprovalResult ${verdict}`,
        LINKS.pipelines,
        () => {
          if (outages.has('aws-throttles')) throw new Error('ThrottlingException')
          if (outages.has('aws-refuses')) return { kind: 'refused', because: 'AccessDeniedException' }
          const outcome = pipelines.putApprovalResult(where, token, verdict, told)
          if (outcome.kind === 'recorded') ledger.decisions.set(token, { by: 'bot', verdict, summary })
          return outcome
        },
      )
      if (answer.kind === 'refused') sent.isRefused = true
      return answer
    },
  }
}

/** CodeBuild has one report with a test of each build, or does not answer. */
const buildsPort = ({ outages }: World, invocation: Invocation): Services['builds'] => ({
  testReports: (_, builds) =>
    invocation.call('BatchGetBuilds', LINKS.pipelines, () => {
      if (outages.has('aws-throttles')) throw new Error('ThrottlingException')
      if (outages.has('aws-refuses')) return { kind: 'denied', lacks: 'codebuild:BatchGetBuilds' }
      return { kind: 'read', reports: builds.map(reportOfBuild) }
    }),
})

const changeSetsPort = ({ outages }: World, invocation: Invocation): Services['changeSets'] => ({
  read: async (_, id) =>
    invocation
      .call('DescribeChangeSet', LINKS.changeSets, () =>
        outages.has('aws-throttles')
          ? ({ kind: 'unread', because: 'CloudFormation did not answer' } as const)
          : changeSetOf(id),
      )
      .catch((error: unknown) => ({ kind: 'unread', because: String(error) })),
})

/** Each service says why it failed, or does not answer. */
const failuresPort = ({ outages }: World, invocation: Invocation): DueServices['failures'] => ({
  read: (_, run) =>
    invocation.call('why an action failed', LINKS.pipelines, () => {
      if (outages.has('aws-throttles')) throw new Error('ThrottlingException')
      if (outages.has('aws-refuses'))
        return { what: null, lines: [], log: null, unread: [{ because: 'denied', of: 'logs:GetLogEvents' }] }
      return { what: `${run.action}: it failed`, lines: ['Error: it failed'], log: null, unread: [] }
    }),
})

const reportOfBuild = ({ id, url }: Build): TestReport => ({
  arn: `arn:aws:codebuild:eu-west-1:111122223333:report/tests:${id}`,
  name: 'tests',
  url,
  passed: 1,
  failed: 0,
  skipped: 0,
  unknown: 0,
  durationMs: 1_000,
  isUnfinished: false,
})

const slackPort = ({ chance, climate, outages, slack }: World, invocation: Invocation): Services['slack'] => {
  const call = <T>(what: string, land: () => T, subject = ''): Promise<T | SlackRefusal> =>
    invocation.call<T | SlackRefusal>(what, LINKS.slack, () => {
      if (outages.has('slack-down')) return { kind: 'unclear', because: 'HTTP 503' }
      if (outages.has('slack-refuses')) {
        slack.refused.add(subject)
        return { kind: 'refused', because: 'not_in_channel', isFinal: false }
      }
      if (chance.is(climate().busy)) return { kind: 'busy', afterSeconds: chance.between(1, 60) }
      return land()
    })
  const unclear = (error: unknown): SlackRefusal => ({ kind: 'unclear', because: String(error) })
  return {
    post: (channel, card, under) =>
      call(
        `chat.postMessage ${card.kind === 'notice' ? card.notice.key : card.kind}`,
        () => slack.post(channel, card, under),
        subjectOf(card),
      ).catch(unclear),
    update: (place, card) => call('chat.update', () => slack.update(place, card)).catch(unclear),
    find: async (channel, card, since, under) => {
      const found = await call(under ? 'conversations.replies' : 'conversations.history', () => ({
        kind: 'found' as const,
        place: slack.find(channel, card, since, under),
      }))
      if (found.kind === 'found') return found.place
      throw new Error(`Slack: ${found.kind}`)
    },
    whisper: async (channel, userId, card) => {
      const told = await call('chat.postEphemeral', () => {
        slack.whisper(channel, userId, card)
        return { kind: 'told' as const }
      })
      if (told.kind !== 'told') throw new Error(`Slack: ${told.kind}`)
    },
  }
}

/** A function that has asked before keeps the answers for a while. */
const KNOWN_ALREADY = 0.6

const directoryPort = ({ chance, climate, outages }: World, invocation: Invocation): Services['directory'] => {
  const ask = async <T>(what: string, land: () => LookupResult<T>): Promise<LookupResult<T>> => {
    if (chance.is(KNOWN_ALREADY)) return land()
    const unread = (because: string): LookupResult<T> => ({
      kind: 'unread',
      because: `Slack does not say who is who (${because})`,
    })
    const answer = invocation.call(what, LINKS.slack, () => {
      if (outages.has('slack-down')) return unread('HTTP 503')
      return chance.is(climate().busy) ? unread('it asks to wait') : land()
    })
    return answer.catch((error: unknown) => unread(String(error)))
  }
  return {
    person: (userId) => ask(`users.info ${userId}`, () => MEMORY_DIRECTORY.person(userId)),
    byEmail: (email) => ask(`users.lookupByEmail ${email}`, () => MEMORY_DIRECTORY.byEmail(email)),
    members: (groupId) => ask(`usergroups.users.list ${groupId}`, () => MEMORY_DIRECTORY.members(groupId)),
  }
}

const logTo = (ledger: Ledger, invocation: Invocation): Log => {
  const log = (message: string, about: Record<string, unknown> = {}) => {
    const { error } = about
    ledger.logged.push(inspect([message, about], { depth: null }))
    invocation.trace(error instanceof Error ? `"${message}" ${error.name}: ${error.message}` : `"${message}"`)
  }
  return { info: log, warn: log, error: log, count: () => {} }
}
