import { documentClient } from '../../../functions/aws/document-client.ts'
import { openTable } from '../../../functions/aws/table.ts'
import type { Absence } from '../../../functions/domain/absence.ts'
import {
  absenceEnded,
  absenceId,
  absenceSet,
  absenceStatement,
  statementOfAbsence,
  withItsTimeOver,
} from '../../../functions/domain/absence.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import { requested } from '../../../functions/domain/approval.ts'
import { attempt, saidBy } from '../../../functions/domain/attempt.ts'
import { hashOf, toFile } from '../../../functions/domain/journal.ts'
import type { Entry } from '../../../functions/domain/journal.ts'
import { factsOf, statementOf } from '../../../functions/domain/statement.ts'
import { readRecord } from '../../../functions/record/record-reader.ts'
import { signatureFlaws } from '../../../functions/record/signature-flaws.ts'
import { standInFlaws } from '../../../functions/record/stand-in-flaws.ts'
import { openAws } from '../../support/aws-endpoint.ts'
import { DAY, MINUTE, START, actor, newApproval, policy, resolvedPolicy, rule } from '../../support/records.ts'
import { openKeys } from '../../support/signed-record.ts'

const TABLE = 'greenlight'
const DANA = actor('U0DANA')
const keys = openKeys()
const AUDIT = { ...keys.audit, since: START - DAY }

let aws: Awaited<ReturnType<typeof openAws>>
beforeEach(async () => {
  aws = await openAws({ directTable: true })
})
afterEach(() => aws.close())

/** Dana is away for a day, and has named Eli. */
const away = async (more: Partial<Absence> = {}): Promise<Absence> => {
  const span = { from: START, until: START + DAY, standIn: { userId: 'U0ELI', name: 'Eli' }, ...more }
  const id = absenceId('command-1', START + DAY)
  const set = { who: DANA, at: START, id, ...span, retention: 400 * DAY }
  const unsigned = absenceSet({ ...set, signed: { key: '', value: '' } })
  return absenceSet({ ...set, signed: await keys.signatures.sign(statementOfAbsence(unsigned)) })
}

const back = async (absence: Absence, at: number): Promise<Absence> =>
  absenceEnded(
    absence,
    DANA,
    at,
    await keys.signatures.sign(absenceStatement(absence.id, { what: 'absence-ended' }, DANA.userId, at)),
  )

const file = async ({ journal }: Pick<Absence, 'journal'>): Promise<void> =>
  openTable(aws.client, TABLE).entries.file(toFile(journal).map((one) => ({ ...one, where: null })))

/** Eli has approved for Dana, as the bot signs and records it. */
const approvedByEli = async ({ id }: Absence, at = START + MINUTE): Promise<Approval> => {
  const standIns = [{ userId: 'U0ELI', for: 'U0DANA', name: 'Dana', absence: id, from: START, until: START + DAY }]
  const asked = requested(
    newApproval({ resolvedPolicy: resolvedPolicy(policy([rule('managers', ['U0DANA'], 2)], { standIns })) }),
  )
  const act = { do: 'vote', verdict: 'Approved', comment: '' } as const
  const facts = factsOf(asked)
  const signature = await keys.signatures.sign(statementOf(asked, saidBy(asked, 'U0ELI', act, at), facts))
  return attempt(asked, actor('U0ELI'), act, at, null, { ...facts, ...signature })[0]
}

const NOW = START + 10 * MINUTE

/** What is wrong with the entries of the approval, as an audit sees it. */
const flawsOf = async (approval: Approval, now = NOW): Promise<string[]> => {
  const entries = approval.journal.unfiled
  const client = documentClient(aws.client)
  return [
    ...signatureFlaws(approval.id, entries, AUDIT),
    ...(await standInFlaws(entries, (absence) => readRecord(client, TABLE, absence, now), AUDIT)),
  ]
}

const REFUSED = 'entry 3 is a vote for U0DANA, who had not named U0ELI as their stand-in for that time'

test('a vote for a person who had named the voter passes, also once that is over', async () => {
  const absence = await away()
  await file(withItsTimeOver(absence, START + DAY))
  expect(await flawsOf(await approvedByEli(absence))).toEqual([])
  expect(await flawsOf(await approvedByEli(absence), START + 30 * DAY)).toEqual([])
})

test('one for a person who had named no one, another one, or another time does not', async () => {
  const absence = await away()
  expect(await flawsOf(await approvedByEli(absence))).toEqual([REFUSED])
  await file(await away({ standIn: { userId: 'U0FINN', name: 'Finn' } }))
  expect(await flawsOf(await approvedByEli(absence))).toEqual([REFUSED])
})

test('nor one that was cast once the person was back, or before they were away', async () => {
  const absence = await away({ from: START + 2 * MINUTE })
  await file(await back(absence, START + 4 * MINUTE))
  expect(await flawsOf(await approvedByEli(absence, START + MINUTE))).toEqual([REFUSED])
  expect(await flawsOf(await approvedByEli(absence, START + 3 * MINUTE))).toEqual([])
  expect(await flawsOf(await approvedByEli(absence, START + 4 * MINUTE))).toEqual([REFUSED])
})

test('nor one whose absence was not signed by the absent person', async () => {
  const absence = await away()
  const [entry] = absence.journal.unfiled as [Entry & { happened: { what: 'absence-set' } }]
  const signed = await keys.signByThief(statementOfAbsence(absence))
  const forged = { ...entry, happened: { ...entry.happened, signed } }
  await file({ journal: { ...absence.journal, unfiled: [{ ...forged, hash: hashOf(forged) }] } })
  expect(await flawsOf(await approvedByEli(absence))).toEqual([REFUSED])
})

test('a vote whose person is altered is not the one that was signed', async () => {
  const absence = await away()
  await file(absence)
  const approval = await approvedByEli(absence)
  const unfiled = approval.journal.unfiled.map((entry) =>
    entry.happened.what === 'voted' ? { ...entry, happened: { ...entry.happened, standsInFor: [] } } : entry,
  )
  expect(await flawsOf({ ...approval, journal: { ...approval.journal, unfiled } })).toEqual([
    'entry 3 is not the one that was signed',
  ])
})

test('an absence without an end is named a day after its time', async () => {
  const absence = await away()
  await file(absence)
  const flawsAt = async (now: number) => (await readRecord(documentClient(aws.client), TABLE, absence.id, now)).flaws
  expect(await flawsAt(START + DAY)).toEqual([])
  expect(await flawsAt(START + 2 * DAY)).toEqual(['its last entry is missing: the absence has no end'])
})
