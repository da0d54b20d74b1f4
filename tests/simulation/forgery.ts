import { flaws } from '../../functions/record/flaws.ts'
import { signatureFlaws } from '../../functions/record/signature-flaws.ts'
import { stateFlaws } from '../../functions/record/state-flaws.ts'
import { storedApproval } from '../../functions/aws/stored-approval.ts'
import { configurationFrom } from '../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../functions/config/schema.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { withEntry } from '../../functions/domain/approval.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { GENESIS, emptyJournal } from '../../functions/domain/journal.ts'
import type { Vote } from '../../functions/domain/policy.ts'
import { actOnApproval } from '../../functions/flows/approval/act-on-approval.ts'
import { changeApproval, readApproval } from '../../functions/flows/approval/change-approval.ts'
import { requestApproval } from '../../functions/flows/approval/request-approval.ts'
import { weighDeferredClicks } from '../../functions/flows/approval/weigh-deferred-clicks.ts'
import { settleApproval } from '../../functions/flows/effects/settle-approval.ts'
import type { Services } from '../../functions/ports/services.ts'
import { openKeys } from '../support/signed-record.ts'
import { shop } from '../support/virtual-codepipeline.ts'
import type { ForgedBot } from './broken-bots-of-the-thief.ts'
import { Chance } from './chance.ts'
import { RULE_FORGERIES, openRuleScene, ruleEntries } from './forged-rules.ts'
import { stillWorld } from './still-world.ts'

const [ANA, BEN, DANA, THIEF] = ['U0ANA', 'U0BEN', 'U0DANA', 'U0ZOE'] as const
const person = (userId: string) => ({ userId, teamId: null, name: userId.slice(2), email: null, from: null })

const ROUTE = {
  match: {},
  approvers: [{ name: 'engineers', people: [ANA, BEN, DANA], count: 2 }],
  escalate: { after: '1h', people: [THIEF] },
}

export interface Forged {
  attempts: number
  /** By what the thief did. */
  released: string[]
  undetected: string[]
}

/**
 * Honest people first: an earlier approval with two votes, which was released; now one that needs two votes and has one.
 * Another person has approved and withdrawn, and a click was deferred and weighed. So no verdict is due.
 */
const openScene = async (differently: (services: Services) => Services) => {
  const { codePipeline, services: given, notification } = stillWorld()
  const { signatures, signByThief, audit } = openKeys()
  let sent = 0
  const services = differently({
    ...given,
    signatures,
    configuration: configurationFrom(CONFIGURATION.parse({ defaults: { approvals: 'C0RELEASES' }, routes: [ROUTE] })),
    pipelines: {
      ...given.pipelines,
      putApprovalResult: async (...verdict) => {
        sent += 1
        return given.pipelines.putApprovalResult(...verdict)
      },
    },
  })
  const act = async (
    approvalId: string,
    userId: string,
    by: Parameters<typeof actOnApproval>[1]['act'],
    now = services,
  ) => {
    codePipeline.clock.pass(1_000)
    return actOnApproval(now, { approvalId, who: person(userId), act: by })
  }
  const yes = { do: 'vote', verdict: 'Approved', comment: 'seen' } as const
  const read = async (id: string) => (await readApproval(services, id))!

  await codePipeline.create(shop())
  await codePipeline.start()
  await requestApproval(services, notification())
  const earlierId = notification().id
  await act(earlierId, ANA, yes)
  await act(earlierId, BEN, yes)
  await settleApproval(services, earlierId)
  codePipeline.clock.pass(60_000)
  await codePipeline.start()
  await requestApproval(services, notification())
  const { id } = notification()
  const down: Services = {
    ...services,
    signatures: { ...signatures, sign: () => Promise.reject(new Error('KMS is down')) },
  }
  await act(id, DANA, yes, down)
  const deferred = (await read(id)).deferredClicks
  await weighDeferredClicks(services, id)
  const withdrawn = (await read(id)).votes
  await act(id, DANA, { do: 'withdraw' })
  await act(id, ANA, yes)
  return {
    services,
    signByThief,
    audit,
    id,
    honest: await read(id),
    earlier: await read(earlierId),
    deferred,
    withdrawn,
    sentBefore: sent,
    sent: () => sent,
  }
}

type Scene = Awaited<ReturnType<typeof openScene>>

/** What the thief writes, beside the state. */
const FORGERIES: Record<string, (scene: Scene, chance: Chance) => Partial<Approval> | Promise<Partial<Approval>>> = {
  'invents a verdict': () => ({}),
  'invents a vote without a signature': ({ honest }) => ({ votes: [...honest.votes, unsigned(honest.votes[0]!)] }),
  'invents a vote with another one’s signature': ({ honest }) => ({
    votes: [...honest.votes, { ...honest.votes[0]!, userId: BEN }],
  }),
  'signs a vote with a key of their own': async ({ honest, signByThief }) => ({
    votes: [
      ...honest.votes,
      { ...honest.votes[0]!, userId: BEN, signed: { ...honest.votes[0]!.signed!, ...(await signByThief('yes')) } },
    ],
  }),
  'alters a vote': ({ honest }, chance) => ({
    votes: [
      ...honest.votes,
      {
        ...honest.votes[0]!,
        ...chance.pick<Partial<Vote>>([
          { userId: DANA },
          { userId: BEN, at: honest.votes[0]!.at + chance.between(1, 1e6) },
          { userId: BEN, comment: 'checked' },
        ]),
      },
    ],
  }),
  'counts a vote twice': ({ honest }) => ({ votes: [honest.votes[0]!, honest.votes[0]!] }),
  'replays the votes of an earlier execution': ({ earlier, honest }, chance) => ({
    votes: chance.is(0.5) ? earlier.votes : [...honest.votes, earlier.votes[1]!],
  }),
  'makes it the earlier execution': ({ earlier }, chance) => ({
    votes: earlier.votes,
    ...chance.pick<Partial<Approval>>([
      { executionId: earlier.executionId },
      { token: earlier.token },
      { token: earlier.token, executionId: earlier.executionId },
    ]),
  }),
  'replays a vote that was withdrawn': ({ withdrawn, honest }) => ({ votes: [...withdrawn, ...honest.votes] }),
  'reorders the votes, withdrawn ones among them': ({ withdrawn, honest }) => ({
    votes: [...honest.votes, ...withdrawn],
  }),
  'replays a deferred click': ({ deferred }) => ({ deferredClicks: deferred }),
  'invents a deferred click': ({ deferred }, chance) => ({
    deferredClicks: [
      { ...deferred[0]!, ...chance.pick([{ who: person(BEN) }, { seal: 'f'.repeat(64), who: person(BEN) }]) },
    ],
  }),
  'writes an easier policy': ({ honest }, chance) => {
    const { policy } = honest.resolvedPolicy!
    const rules = policy.rules.map((rule) => ({ ...rule, people: [...rule.people, THIEF], count: 1 }))
    const at = honest.resolvedPolicy!.at + chance.between(0, 1e9)
    return { resolvedPolicy: { ...honest.resolvedPolicy!, at, policy: { ...policy, rules } } }
  },
  'says that it was escalated': ({ honest }) => ({ escalatedAt: honest.requestedAt }),
  'strikes the authors': ({ honest }) => ({ change: { ...honest.change, authors: [] } }),
}

const unsigned = ({ signed: _, ...vote }: Vote): Vote => ({ ...vote, userId: BEN })

/** The journal that would fit: with hashes that agree, from the honest one or from the start. */
const fittingJournal = (forged: Approval, chance: Chance): Approval => {
  const by = forged.votes.map(({ userId }) => userId)
  const isAnew = chance.is(0.3)
  const kept = isAnew ? { ...forged, journal: { ...emptyJournal, head: GENESIS } } : forged
  const began = isAnew ? forged.journal.unfiled.slice(0, 2).reduce(again, kept) : kept
  const at = forged.requestedAt + 100_000
  const voted = forged.votes.reduce(
    (so, { userId, verdict, comment, at: when, signed }) =>
      withEntry(so, when, {
        what: 'voted',
        who: person(userId),
        verdict,
        comment,
        ruling: 'open',
        rules: [],
        ...(signed && { signed }),
      }),
    isAnew ? began : forged,
  )
  const decided = withEntry(isAnew ? voted : forged, at, { what: 'decided', verdict: 'Approved', by, rules: [] })
  return asSent(decided, at)
}

/** The verdict reached CodePipeline. */
const asSent = (decided: Approval, at: number): Approval => {
  const answered = withEntry(decided, at, { what: 'answered', verdict: 'Approved', answer: 'recorded', because: null })
  return withEntry(answered, at, { what: 'settled', outcome: { how: 'slack', verdict: 'Approved' } })
}

const again = (so: Approval, { at, happened }: Entry): Approval => withEntry(so, at, happened)

/** A forgery that is tried on an approval, and the record that would fit it. */
interface Tried {
  what: string
  forged: Approval
  record: Approval
}

/** An approval for which no verdict is due, and what the thief tries on it. */
interface Target extends Pick<Scene, 'services' | 'audit' | 'id' | 'honest' | 'sentBefore' | 'sent'> {
  attempt(chance: Chance): Promise<Tried>
}

const votesTarget = async (differently: Differently): Promise<Target> => {
  const scene = await openScene(differently)
  const attempt = async (chance: Chance): Promise<Tried> => {
    const what = chance.pick(Object.keys(FORGERIES))
    const forged: Approval = { ...scene.honest, ...(await FORGERIES[what]!(scene, chance)) }
    return { what, forged, record: fittingJournal(forged, chance) }
  }
  return { ...scene, attempt }
}

const ruleTarget = async (number: number, differently: Differently): Promise<Target> => {
  const scene = await openRuleScene(number, differently)
  const attempt = (by: Chance): Promise<Tried> => {
    const what = by.pick(Object.keys(RULE_FORGERIES))
    const forged = RULE_FORGERIES[what]!(scene, by)
    const at = forged.requestedAt + 100_000
    const decided = ruleEntries(scene, forged, by).reduce((so, happened) => withEntry(so, at, happened), forged)
    return Promise.resolve({ what, forged, record: asSent(decided, at) })
  }
  return { ...scene, attempt }
}

type Differently = (services: Services) => Services

/** Of so many forgeries the last is followed by another approval of a rule, which waits for another reason. */
const TRIED_ON_ONE = 15

/**
 * A thief with the table, the code and every role but those that sign tries `attempts` forgeries: half of them on an approval
 * that lacks a vote, half on one that must not approve itself. Each is first offered to the bot, and then written into the
 * record as if it had been released.
 */
export const forge = async (
  seed: number,
  attempts: number,
  { differently = (services) => services, audited = (keys) => keys }: Partial<Omit<ForgedBot, 'breaks'>> = {},
): Promise<Forged> => {
  const chance = new Chance(seed)
  const result: Forged = { attempts, released: [], undetected: [] }
  let scenes = 0
  let [ofVotes, ofRules] = [await votesTarget(differently), await ruleTarget(0, differently)]
  for (let attempt = 0; attempt < attempts; attempt++) {
    const isRule = attempt % 2 === 1
    const target = isRule ? ofRules : ofVotes
    const { services, id, honest, audit } = target
    const { what, forged, record } = await target.attempt(chance)
    const isWeighed = forged.deferredClicks.length > 0
    const state = isWeighed
      ? honest.state
      : ({ name: 'deciding', verdict: 'Approved', since: honest.requestedAt } as const)
    await changeApproval(services, id, () => [{ ...forged, state, sending: null }, null])
    if (isWeighed) await weighDeferredClicks(services, id)
    await settleApproval(services, id)

    const asReleased: Approval = {
      ...record,
      state: { name: 'settled', outcome: { how: 'slack', verdict: 'Approved' }, at: 0 },
    }
    const entries = asReleased.journal.unfiled
    const found = [
      ...flaws(entries, asReleased.journal, 0),
      ...stateFlaws(storedApproval(asReleased), entries, true),
      ...signatureFlaws(id, entries, audited(audit)),
    ]
    if (found.length === 0) result.undetected.push(what)
    const wasReleased = target.sent() > target.sentBefore
    if (wasReleased) result.released.push(what)
    else await changeApproval(services, id, () => [honest, null])
    if (wasReleased && !isRule) ofVotes = await votesTarget(differently)
    if (isRule && (wasReleased || attempt % TRIED_ON_ONE === 0)) ofRules = await ruleTarget((scenes += 1), differently)
  }
  return result
}

/** No forgery is released, and the audit finds each. */
export const nothingForged = ({ released, undetected }: Forged): string[] => [
  ...[...new Set(released)].map((what) => `a thief who ${what} gets a release`),
  ...[...new Set(undetected)].map((what) => `the audit does not find a thief who ${what}`),
]
