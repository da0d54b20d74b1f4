import type { Entry } from '../../functions/domain/journal.ts'
import type { History } from './history.ts'
import type { AnsweredTogether } from './ledger.ts'

/**
 * An answer to several approvals counts once for each of them and for no other, however often the queue delivers it. Its person
 * is told what became of each, and what they are told is on record.
 */
export const severalAnswered = async (history: History): Promise<string[]> => {
  const { ledger } = history
  if (ledger.together.length === 0) return []
  const records = new Map<string, Entry[]>()
  for (const { id } of ledger.asked.values()) records.set(id, await history.tables.entriesOf(id))
  return ledger.together.flatMap((answers) =>
    problemsWith(history, records, answers).map(
      (problem) => `the answers ${answers.id} of ${answers.who.userId}: ${problem}`,
    ),
  )
}

const GIVEN_UP = 'Slack did not take a private message'

const problemsWith = (
  { ledger, queue, climate }: History,
  records: ReadonlyMap<string, Entry[]>,
  answers: AnsweredTogether,
): string[] => {
  const { who, at, verdict, approvals } = answers
  const acts = (approval: string): Entry[] =>
    (records.get(approval) ?? []).filter(
      (entry) =>
        entry.at === at &&
        (entry.happened.what === 'voted' || entry.happened.what === 'refused') &&
        entry.happened.who.userId === who.userId,
    )
  const votes = (approval: string): Entry[] => acts(approval).filter(({ happened }) => happened.what === 'voted')
  const told = ledger.toldTogether.filter(({ channel }) => channel === who.from)
  const isDead = queue.dead.some(({ effect }) => effect.do === 'answer-several' || effect.do === 'tell-person')
  // Slack took no message for longer than it is tried. Each approval's own message shows the answer.
  const isGivenUp = ledger.logged.some((line) => line.includes(GIVEN_UP) && line.includes(who.userId))
  return [
    ...[...records.keys()].flatMap((approval) => [
      ...(votes(approval).length > 1 ? [`${votes(approval).length} votes on ${approval}`] : []),
      ...(acts(approval).length > 1 && climate.echo === 0
        ? [`${acts(approval).length} entries on ${approval}, of one answer`]
        : []),
      ...(votes(approval).length > 0 && !approvals.includes(approval) ? [`a vote on ${approval}, not chosen`] : []),
      ...votes(approval).flatMap(({ happened }) =>
        happened.what === 'voted' && happened.verdict !== verdict ? [`${happened.verdict} on ${approval}`] : [],
      ),
    ]),
    ...(told.length === 0 && !isDead && !isGivenUp ? ['their person was told nothing'] : []),
    ...told.flatMap(({ userId, answered, unclear }) => [
      ...(userId === who.userId ? [] : [`${userId} was told of them`]),
      ...(unclear === null || answered.length + unclear === approvals.length
        ? []
        : [`told of ${answered.length}, not ${approvals.length}`]),
      ...answered.flatMap(({ kind, approval }) =>
        kind === 'counted' && votes(approval ?? '').length === 0
          ? [`told that it counts on ${approval}, which has no vote`]
          : [],
      ),
    ]),
    ...(told.length > 1 && isCalm(climate) ? [`their person was told ${told.length} times`] : []),
  ]
}

/** Nothing is repeated. */
const isCalm = ({ crash, fail, slow, echo, thaw, duplicate, outage }: History['climate']): boolean =>
  crash + fail + slow + echo + thaw + duplicate + outage === 0
