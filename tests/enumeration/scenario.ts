import type { SNSEvent } from 'aws-lambda'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { configurationFrom } from '../../functions/config/configuration.ts'
import type { Clock } from '../../functions/clock.ts'
import type { Effect } from '../../functions/domain/effect.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import { parseApprovalNotification } from '../../functions/aws/approval-notification.ts'
import type { Act, Actor as Person } from '../../functions/domain/act.ts'
import type { Verdict } from '../../functions/domain/policy.ts'
import { actOnApproval } from '../../functions/flows/approval/act-on-approval.ts'
import { performFirst } from '../../functions/flows/effects/perform-effect.ts'
import type { DueServices } from '../../functions/ports/services.ts'
import { snsEvent } from '../../local/aws/sns/sns.ts'
import type { Answered } from '../simulation/ledger.ts'
import type { Change } from './code-pipeline.ts'
import { MINUTE, REQUESTED_AT } from './code-pipeline.ts'
import type { Actor } from './actor.ts'
import type { Door, Rest } from './runs.ts'
import { clockOf, ownerOf } from './runs.ts'
import type { Pair } from './symmetry.ts'
import { PEOPLE } from '../support/memory/people.ts'
import type { Ask } from './services.ts'
import { servicesIn } from './services.ts'
import { PARTS, World } from './world.ts'
import { RECORDED_AS } from '../support/recorded-as.ts'

/** A wrong part of a bot. */
export type Differently = (services: DueServices, name: string) => DueServices

export interface Size {
  /** Whether a delivery of the notification was over before the others begin. */
  isAsked: boolean
  /** Deliveries while the others act. */
  deliveries: number
  /** What each person does, by user ID. */
  people: Readonly<Record<string, Verdict>>
  console: Verdict | null
  /** Whether CodePipeline stops waiting while the others act. */
  timesOut: boolean
}

/** So many of the three must approve, and each may reject. */
export const REQUIRED = 2

export const CONFIGURED = configurationFrom(
  CONFIGURATION.parse({
    defaults: { approvals: 'C0RELEASES', forbid: [], ask: ['topic'], notify: 'none', deployments: 'none' },
    routes: [{ match: {}, approvers: [{ name: 'engineers', people: ['U0ANA', 'U0BEN', 'U0CHEN'], count: REQUIRED }] }],
  }),
)

export const ACCOUNTS = { require: () => {}, all: [] }

/** What the bot answered a person, and the verdict that it told them. */
export interface Told {
  userId: string
  at: number
  what: Answered['what'] | 'unknown'
  decided: Verdict | null
}

const asked = async (world: World) => {
  const { notice, token } = await world.codePipelines.after([])
  const event = snsEvent(
    {
      topicArn: 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals',
      messageId: token,
      message: JSON.stringify(notice),
      subject: null,
    },
    REQUESTED_AT,
  )
  return { event, notification: parseApprovalNotification(event.Records[0]!)! }
}

/** As `approval-requested` does it again after a crash. */
export const deliver = (services: DueServices, event: SNSEvent): Promise<void> =>
  approvalRequested({ ...services, allowedAccounts: ACCOUNTS as never })(event)

const ASKED_BY = 0xfe
const DELIVERY_MS = 20_000
const CLICK_MS = 2_000

/** As `button-clicked` does it, below Slack's signature. */
const click = async (
  services: DueServices,
  approvalId: string,
  userId: string,
  verdict: Verdict,
): Promise<{ told: Told; todo: readonly Effect[] }> => {
  const at = services.clock.now()
  const who: Person = { userId, teamId: null, name: userId.slice(2), email: null, from: 'C0RELEASES' }
  const act: Act = { do: 'vote', verdict, comment: 'Seen' }
  const acted = await actOnApproval(services, { approvalId, who, act })
  if (acted.kind === 'unknown') return { told: { userId, at, what: 'unknown', decided: null }, todo: [] }
  const todo = acted.effects
  if (acted.kind !== 'done') return { told: { userId, at, what: RECORDED_AS[acted.kind], decided: null }, todo }
  const { attempted, approval } = acted
  const isDecided =
    attempted.kind === 'counted' && approval.state.name !== 'waiting' && attempted.ruling.kind !== 'open'
  const decided = isDecided && (attempted.ruling.kind === 'granted' ? 'Approved' : 'Rejected')
  return { told: { userId, at, what: RECORDED_AS[attempted.kind], decided: decided || null }, todo }
}

/** What stands for one person, and for another in the same place. */
const wordsFor = (one: string, other: string): Pair['words'] => [
  [one, other],
  [one.slice(2), other.slice(2)],
  [PEOPLE[one]!.email, PEOPLE[other]!.email],
  // A list of both is one of all who may approve, in the order of greenlight.yml: it is the same for both.
  ...BETWEEN.flatMap((text) => [`${one}${text}${other}`, `${other}${text}${one}`].map((list) => [list, list] as const)),
]

/** What stands between two people in a list, in JSON and in Slack's messages. */
const BETWEEN = [
  '","',
  ...[', ', ', and ', ' and '].flatMap((text) => [
    `"},{"type":"text","text":"${text}"},{"type":"user","user_id":"`,
    `>${text}<@`,
  ]),
]

/** What no function does. */
const outside = (act: (ask: Ask) => Promise<void>): Door => ({
  begin: async (ask) => {
    await act(ask)
    return { told: null, todo: [], giveUpAt: 0 }
  },
  perform: async (_ask, _clock, rest) => rest,
})

export const scenario = async (
  size: Size,
  {
    services: differently = (services) => services,
    isUnconditional,
    keepsEntries = false,
  }: { services?: Differently; isUnconditional?: true; keepsEntries?: boolean } = {},
) => {
  const timeoutInMinutes = size.timesOut ? 5 : 1_000
  const expiresAt = REQUESTED_AT + timeoutInMinutes * MINUTE
  const begins = size.timesOut ? expiresAt - 1_000 : REQUESTED_AT + 2_000
  const world = new World(begins, timeoutInMinutes, { isConditional: isUnconditional !== true, keepsEntries })
  const { event, notification } = await asked(world)
  const run = (
    name: string,
    budgetMs: number,
    begin: (services: DueServices) => Promise<Omit<Rest, 'giveUpAt'>>,
  ): Door => {
    const services = (ask: Ask, clock: Clock) => differently(servicesIn(world, ask, clock, CONFIGURED), name)
    return {
      begin: async (ask, clock) => {
        const begun = await begin(services(ask, clock))
        return { ...begun, giveUpAt: clock.now() + budgetMs }
      },
      perform: async (ask, clock, { told, todo, giveUpAt }) => ({
        told,
        giveUpAt,
        todo: await performFirst(services(ask, clock), todo, giveUpAt),
      }),
    }
  }
  if (size.isAsked) {
    const clock = clockOf(ASKED_BY, 0, () => world.now)
    await deliver(
      servicesIn(world, async ({ land }) => land(), clock, CONFIGURED),
      event,
    )
  }
  const times = size.timesOut ? [expiresAt] : []
  const isPosted = ({ slack }: World) => slack.live(`approval/${notification.id}`).length > 0
  // Without a message to post, no function writes to the record of the execution.
  const writes = PARTS.filter((part) => part !== 'time' && (part !== 'executions' || !size.isAsked))
  const deliveries = Array.from({ length: size.deliveries }, (_, index): Actor => ({
    name: `delivery ${index + 1}`,
    door: run('approval-requested', DELIVERY_MS, async () => ({
      told: null,
      todo: [{ do: 'request-approval', notification }],
    })),
    mayBegin: () => true,
    looksAt: 'time',
    writes,
    isDelivered: true,
    ...(index > 0 && { isLikeTheOneBefore: true }),
  }))
  const people = Object.entries(size.people).map(([userId, verdict]): Actor => ({
    name: `${userId} (${verdict})`,
    door: run('button-clicked', CLICK_MS, (services) => click(services, notification.id, userId, verdict)),
    mayBegin: isPosted,
    looksAt: 'slack',
    writes,
  }))
  const console = size.console
  const decides: Actor[] = console
    ? [
        {
          name: 'the AWS console',
          isOutside: true,
          mayBegin: () => true,
          looksAt: 'time',
          writes: ['codePipeline'],
          door: outside((ask) =>
            ask({
              what: `a person decides ${console}`,
              parts: ['codePipeline', 'time'],
              isWrite: true,
              land: async () => {
                const { changes, sent } = world.codePipeline
                if (changes.length > 0) return
                world.codePipeline = {
                  sent,
                  changes: [{ by: 'console', verdict: console, summary: 'Seen by hand', at: world.now }],
                }
              },
            }),
          ),
        },
      ]
    : []
  const clock: Actor[] =
    times.length > 0
      ? [
          {
            name: 'time',
            isOutside: true,
            mayBegin: () => true,
            looksAt: 'time',
            writes: ['time', 'codePipeline'],
            door: outside(async (ask) => {
              for (const at of times)
                await ask({
                  what: at === expiresAt ? 'CodePipeline stops waiting' : 'three seconds pass',
                  parts: ['time', 'codePipeline'],
                  isWrite: true,
                  land: () => {
                    world.now = at
                    const { changes, sent } = world.codePipeline
                    if (at < expiresAt || changes.length > 0) return
                    world.codePipeline = { sent, changes: [{ by: 'time', at } satisfies Change] }
                  },
                })
            }),
          },
        ]
      : []
  const actors = [...deliveries, ...people, ...decides, ...clock]
  const alike = (one: number, other: number, words: Pair['words']): Pair => ({
    actors: [one, other],
    words: [[ownerOf(one + 1), ownerOf(other + 1)], ...words],
  })
  const inOrder = Object.entries(size.people)
  const pairs = [
    ...(size.deliveries === 2 ? [alike(0, 1, [])] : []),
    ...inOrder.flatMap(([userId, verdict], index) => {
      const other = inOrder.findIndex(([, same], at) => at > index && same === verdict)
      return other < 0
        ? []
        : [alike(deliveries.length + index, deliveries.length + other, wordsFor(userId, inOrder[other]![0]))]
    }),
  ]
  return {
    world,
    actors,
    pairs,
    begins,
    event,
    notification,
    differently,
    people: Object.entries(size.people).map(([userId, verdict], index) => ({
      userId,
      verdict,
      index: deliveries.length + index,
    })),
  }
}

export type Scenario = Awaited<ReturnType<typeof scenario>>
