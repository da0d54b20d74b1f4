import { flaws } from '../../functions/record/flaws.ts'
import { signatureFlaws } from '../../functions/record/signature-flaws.ts'
import { stateFlaws } from '../../functions/record/state-flaws.ts'
import { logFlaws } from '../../functions/record/log-flaws.ts'
import { storedApproval } from '../../functions/aws/stored-approval.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import { GENESIS, hashOf } from '../../functions/domain/journal.ts'
import { statementOf, verdictStatement } from '../../functions/domain/statement.ts'
import { START } from '../support/records.ts'
import { honestApproval, openKeys, type Sign } from '../support/signed-record.ts'
import type { Chance } from './chance.ts'

/** What a thief can do beside writing to the table. */
export const THIEVES = ['writes to the table', 'writes hashes that agree', 'has the signing key as well'] as const
type Thief = (typeof THIEVES)[number]

export interface Tampered {
  attempts: number
  /** By what was done, and who did it. */
  undetected: string[]
}

/** What a thief does to the entries, by its name. */
const TAMPERINGS: Record<string, (entries: readonly Entry[], chance: Chance) => Entry[]> = {
  'edits an entry': (entries, chance) =>
    altered(entries, chance, (entry) => ({ ...entry, happened: edited(entry, chance) })),
  'backdates an entry': (entries, chance) =>
    altered(entries, chance, (entry) => ({ ...entry, at: entry.at - chance.between(1, 1e9) })),
  'removes an entry': (entries, chance) => entries.toSpliced(chance.between(0, entries.length), 1),
  'exchanges two entries': (entries, chance) => {
    const index = chance.between(0, entries.length - 1)
    const [first, second] = [entries[index]!, entries[index + 1]!]
    return entries.with(index, { ...second, number: first.number }).with(index + 1, { ...first, number: second.number })
  },
  'cuts the end off': (entries, chance) => entries.slice(0, chance.between(1, entries.length)),
  'cuts the beginning off': (entries, chance) => entries.slice(chance.between(1, entries.length)),
  // With `earlierUntil` in the past, the record itself excuses what is missing before.
  'replaces the history by later numbers': (entries, chance) => {
    const [first, ...rest] = entries.slice(chance.between(0, entries.length))
    return [{ ...first!, earlierUntil: 1 }, ...rest].map((one, index) => ({
      ...one,
      number: entries.length + 1 + index,
    }))
  },
  // Not at the end: what comes after the newest checkpoint is in no log yet.
  'repeats an entry': (entries, chance) =>
    entries.toSpliced(chance.between(0, entries.length - 1), 0, chance.pick([...entries])),
  'removes everything': () => [],
}

const altered = (entries: readonly Entry[], chance: Chance, how: (entry: Entry) => Entry): Entry[] => {
  const index = chance.between(0, entries.length)
  return entries.with(index, how(entries[index]!))
}

/** Another value in one of the fields of what happened, at any depth. */
const edited = ({ happened }: Entry, chance: Chance): Entry['happened'] => {
  const leaves: (string | number)[][] = []
  const visit = (value: unknown, path: (string | number)[]): void => {
    if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key])
    else leaves.push(path)
  }
  visit(happened, [])
  const path = chance.pick(leaves)
  const copy = structuredClone(happened) as unknown as Record<string, unknown>
  let at = copy
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>
  const last = path.at(-1)!
  const was = at[last]
  at[last] = typeof was === 'number' ? was + chance.between(1, 1e6) : `${String(was)}${chance.between(0, 9)}`
  return copy as unknown as Entry['happened']
}

/** The entries with numbers and hashes that agree, and with signatures that fit if the thief can sign. */
const fitting = async (entries: readonly Entry[], { id }: Approval, sign: Sign | null): Promise<Entry[]> => {
  const request = entries.find(({ happened }) => happened.what === 'requested')?.happened
  const resigned = async ({ happened, at }: Entry, before: Entry[]): Promise<Entry['happened']> => {
    if (!sign || request?.what !== 'requested') return happened
    if (happened.what === 'voted' && happened.signed) {
      const { key: _, value: __, ...facts } = happened.signed
      const said = { userId: happened.who.userId, act: happened.verdict, words: happened.comment, at }
      return { ...happened, signed: { ...facts, ...(await sign(statementOf({ id, ...request }, said, facts))) } }
    }
    if (happened.what !== 'verified') return happened
    const { verdict, signed } = happened
    const votes = before.flatMap((one) =>
      one.happened.what === 'voted' && one.happened.signed ? one.happened.signed.value : [],
    )
    const record = { entries: before.length, hash: before.at(-1)?.hash ?? GENESIS }
    const { tokenHash } = signed
    const signature = await sign(verdictStatement({ id, ...request }, { verdict, votes, record, tokenHash, at }))
    return { ...happened, votes, record, signed: { ...signature, tokenHash } }
  }
  const [first] = entries
  const isExcused = first && first.number > 1 && first.earlierUntil <= START
  const beginning = isExcused ? first : { number: 1, previous: GENESIS, earlierUntil: 0 }
  const chain: Entry[] = []
  for (const entry of entries) {
    const before = chain.at(-1)
    const links = before
      ? { number: before.number + 1, previous: before.hash, earlierUntil: entry.earlierUntil || START }
      : { number: beginning.number, previous: beginning.previous, earlierUntil: beginning.earlierUntil }
    const unsigned = { ...entry, ...links }
    const next = { ...unsigned, happened: await resigned(unsigned, chain) }
    chain.push({ ...next, hash: hashOf(next) })
  }
  return chain
}

/**
 * A thief tampers `attempts` times with a record that a log has. `withLog`: whether the audit compares with the log.
 */
export const tamper = async (chance: Chance, attempts: number, withLog = true): Promise<Tampered> => {
  const { signatures, audit } = openKeys()
  const approval = await honestApproval(signatures.sign)
  const honest = approval.journal.unfiled
  const leaves = honest.map(({ hash, number }) => ({
    hash,
    number,
    approval: approval.id,
    keptUntil: approval.journal.keptUntil,
  }))
  const audited = (entries: Entry[], { journal, ...rest }: Approval): string[] => [
    ...flaws(entries, entries.length > 0 ? journal : null, START),
    ...(entries.length > 0 ? stateFlaws(storedApproval({ ...rest, journal }), entries, entries[0]!.number === 1) : []),
    ...(entries.length > 0 ? signatureFlaws(approval.id, entries, audit) : []),
    ...(withLog ? logFlaws(leaves, { entries }, START) : []),
  ]
  if (audited(honest, approval).length > 0)
    throw new Error(`The honest record fails: ${audited(honest, approval).join()}`)
  const result: Tampered = { attempts, undetected: [] }
  for (let attempted = 0; attempted < attempts; attempted++) {
    const thief: Thief = chance.pick([...THIEVES])
    const what = chance.pick(Object.keys(TAMPERINGS))
    const changed = TAMPERINGS[what]!(honest, chance)
    const entries =
      thief === 'writes to the table'
        ? changed
        : await fitting(changed, approval, thief === 'has the signing key as well' ? signatures.sign : null)
    const last = entries.at(-1)
    const journal =
      thief === 'writes to the table' || !last
        ? approval.journal
        : { ...approval.journal, count: last.number, head: last.hash }
    if (audited(entries, { ...approval, journal }).length === 0) result.undetected.push(`${what}, and ${thief}`)
  }
  return result
}
