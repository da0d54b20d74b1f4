import type * as Cedar from '@cedar-policy/cedar-wasm'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cedarPolicies } from '../../../cli/explain/cedar.ts'
import { configurationFrom } from '../../../functions/config/configuration.ts'
import { CONFIGURATION } from '../../../functions/config/schema.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import { firstRefusal } from '../../../functions/domain/attempt.ts'
import { informedBy } from '../../../functions/domain/override-review.ts'
import type { StoredAbsence } from '../../../functions/domain/absence.ts'
import { absenceEnded, absenceId, absenceSet } from '../../../functions/domain/absence.ts'
import type { StoredFreeze } from '../../../functions/domain/freeze.ts'
import { freezeLifted, freezeSet } from '../../../functions/domain/freeze.ts'
import type { Verdict } from '../../../functions/domain/policy.ts'
import { inform } from '../../../functions/flows/approval/weigh.ts'
import type { Configuration } from '../../../functions/ports/configuration.ts'
import type { Directory } from '../../../functions/ports/directory.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { actor, approval, CHANGE, revision, vote, WHERE } from '../../support/records.ts'
import { Chance } from '../chance.ts'
import { type Drawn, type DrawnAbsence, type SetInSlack, drawn, PEOPLE, UNREAD_ADDRESS } from './drawn.ts'
import { APPROVAL, absentFor, entitiesOf, isAmbiguous, user } from './truth.ts'

// The package's own entry for Node is CommonJS.
const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar
const SCHEMA = readFileSync('schemas/greenlight.cedarschema', 'utf8')

/** A bot with a mistake: what it makes of the configuration. */
export type Mistake = (configuration: Configuration) => Configuration

export interface Agreement {
  decisions: number
  permitted: number
  disagreements: string[]
}

/**
 * Asks the bot's functions and Cedar of each person, for so many drawn routes and situations, whether they may approve and
 * whether they may reject. Ends with the first situation in which they disagree. Cedar gets the policies that `explain --cedar` prints, and entities made from what was drawn.
 */
export const agree = async (seed: number, count: number, mistake: Mistake = (same) => same): Promise<Agreement> => {
  const so: Agreement = { decisions: 0, permitted: 0, disagreements: [] }
  for (let index = seed; so.decisions < count && so.disagreements.length === 0; index++) {
    const one = drawn(new Chance(index))
    if (isAmbiguous(one)) continue
    const configuration = configurationOf(one)
    const [ours, cedars] = [await decidedByUs(one, mistake(configuration)), decidedByCedar(one, configuration)]
    for (const [question, answer] of ours) {
      so.decisions += 1
      const other = cedars(question)
      if (other) so.permitted += 1
      if (answer.may !== other)
        so.disagreements.push(
          `${index}: ${question.userId} ${question.verdict}: Cedar ${other ? 'permits' : 'denies'}, Greenlight ${answer.because}`,
        )
    }
  }
  return so
}

interface Question {
  userId: string
  verdict: Verdict
}

const questionsOf = ({ workspace, approvals }: Drawn): Question[] =>
  workspace.accounts
    .filter(({ userId }) => !approvals.some((approval) => approval.userId === userId))
    .flatMap(({ userId }) => (['Approved', 'Rejected'] as const).map((verdict) => ({ userId, verdict })))

const decidedByUs = async (one: Drawn, configuration: Configuration) => {
  const services = {
    clock: { now: () => one.at, newId: () => 'id', sleep: () => Promise.resolve() },
    configuration,
    directory: directoryOf(one),
    calendars: {
      stateAt: ({ source }: { source: string }) =>
        Promise.resolve({ kind: one.closedCalendars.includes(source) ? 'closed' : 'open', until: null }),
    },
    freezes: { all: () => Promise.resolve(one.setInSlack.map(stored)) },
    absences: { endingFrom: () => Promise.resolve(one.absences.map(storedAbsence)) },
  } as unknown as Services
  const asked = asApproval(one)
  return Promise.all(
    questionsOf(one).map(async (question) => {
      const { resolvedPolicy, accountRefusal } = await inform(services, asked, actor(question.userId))
      const informed = informedBy(asked, resolvedPolicy, one.at)
      const refusal = firstRefusal(informed, question.userId, question.verdict, one.at, accountRefusal)
      return [question, { may: refusal === null, because: refusal?.because ?? 'permits' }] as const
    }),
  )
}

const stored = (one: SetInSlack | null): StoredFreeze => {
  if (one === null) return { kind: 'unreadable', because: 'not of this version' }
  const { pattern, from, until, liftedAt } = one
  const who = actor('U0ELI')
  const act = { what: 'freeze-set', patterns: [pattern], reason: 'incident 4711', from, until } as const
  const signed = { key: 'key', signature: 'signature' } as never
  const set = freezeSet('freeze-0123456789ab', { act, who, at: from, signed }, { channels: [], retention: 0 })
  if (liftedAt === null) return { kind: 'freeze', freeze: set }
  return {
    kind: 'freeze',
    freeze: freezeLifted(set, { act: { what: 'freeze-lifted', reason: 'over' }, who, at: liftedAt, signed }),
  }
}

const storedAbsence = (one: DrawnAbsence | null, index: number): StoredAbsence => {
  if (one === null) return { kind: 'unreadable', because: 'not of this version' }
  const { from, until, endedAt } = one
  const [who, standIn, signed] = [actor(one.by), actor(one.standIn), { key: 'key', value: 'signature' }]
  const id = absenceId(`command-${index}`, until)
  const absence = absenceSet({ who, at: from, id, standIn, from, until, signed, retention: 0 })
  return { kind: 'absence', absence: endedAt === null ? absence : absenceEnded(absence, who, endedAt, signed) }
}

const directoryOf = ({ workspace: { accounts, members } }: Drawn): Directory => ({
  person: (userId) => {
    const account = accounts.find((one) => one.userId === userId)!
    return Promise.resolve({ kind: 'found', value: { ...account, zone: () => 'UTC', teamId: null, name: userId } })
  },
  byEmail: (email) => {
    if (email === UNREAD_ADDRESS) return Promise.resolve({ kind: 'unread', because: 'timeout' })
    const account = accounts.find((one) => one.email === email.toLowerCase())
    return Promise.resolve(account ? { kind: 'found', value: account.userId } : { kind: 'not-found' })
  },
  members: (group) => {
    const value = members[group]
    return Promise.resolve(value ? { kind: 'found', value } : { kind: 'unread', because: 'timeout' })
  },
})

const asApproval = ({ authors, starter, approvals, isEscalated, at }: Drawn): Approval => {
  const revisions = authors.map(({ author }, index) =>
    revision(`a${index}`, 'Change', { author: author.name, authorEmail: author.email }),
  )
  return approval({
    where: WHERE,
    change: { ...CHANGE, revisions, since: null, authors: authors.map(({ author }) => author) },
    starter: starter ? { kind: 'person', name: null, arn: starter.arn } : { kind: 'push', name: null, arn: null },
    votes: approvals.map(({ userId, at }) => vote(userId, 'Approved', { at })),
    escalatedAt: isEscalated ? at - 1 : null,
    requestedAt: at - 86_400_000,
    expiresAt: at + 86_400_000,
  })
}

/** What Cedar finds wrong with the policies of a drawn route. */
export const invalidIn = (seed: number): string[] => {
  const configuration = configurationOf(drawn(new Chance(seed)))
  const staticPolicies = cedarPolicies(configuration.routeFor(WHERE, { ...approval(), at: 0 })!)
  const answer = cedar.validate({ schema: SCHEMA, policies: { staticPolicies } })
  accepted(answer)
  return answer.validationErrors.map(({ error }) => error.message)
}

const configurationOf = ({ route }: Drawn): Configuration =>
  configurationFrom(CONFIGURATION.parse({ defaults: { approvals: 'C0R' }, people: PEOPLE, routes: [route] }))

const decidedByCedar = (one: Drawn, configuration: Configuration): ((question: Question) => boolean) => {
  const route = configuration.routeFor(WHERE, { ...asApproval(one), at: one.at })!
  const policies = { staticPolicies: cedarPolicies(route) }
  accepted(cedar.preparsePolicySet('route', policies))
  const [entities, unescalated] = [entitiesOf(one), entitiesOf(one, false)]
  const answerTo = ({ userId, verdict }: Question, entities: Cedar.EntityJson[]) => {
    const answer = cedar.statefulIsAuthorized({
      principal: user(userId),
      action: { type: 'Greenlight::Action', id: verdict === 'Approved' ? 'approve' : 'reject' },
      resource: APPROVAL,
      context: {},
      preparsedPolicySetId: 'route',
      entities,
    })
    accepted(answer)
    const { decision, diagnostics } = answer.response
    // Cedar leaves out a policy that it cannot evaluate.
    if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors))
    return { isPermitted: decision === 'allow', isForbidden: decision === 'deny' && diagnostics.reason.length > 0 }
  }
  // docs/policy.md, "For a security team that reads Cedar", says what to ask of stand-ins.
  return ({ userId, verdict }) => {
    const own = answerTo({ userId, verdict }, entities)
    if (own.isPermitted || own.isForbidden) return own.isPermitted
    return absentFor(one, userId).some((absent) => answerTo({ userId: absent, verdict }, unescalated).isPermitted)
  }
}

type Answer = { type: 'success' } | { type: 'failure'; errors: unknown[] }

const accepted: <A extends Answer>(answer: A) => asserts answer is Extract<A, { type: 'success' }> = (answer) => {
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
}
