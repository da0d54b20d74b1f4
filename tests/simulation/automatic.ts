import type { History } from './history.ts'
import { forbiddenPeople } from './authority.ts'
import { alarmAt, frozenTimes, openAt } from './configuration.ts'
import type { Route } from '../../functions/domain/route.ts'
import { wrongUnderEach } from './drawn-routes.ts'
import type { Ledger } from './ledger.ts'
import { isAutomatic } from './ledger.ts'
import { isEmptyChangeSet } from './pipeline-under-test.ts'
import type { Stored } from './stored.ts'
import { stored } from './stored.ts'

/** From reading all that a rule depends on until CodePipeline has the verdict. */
const SENT_WITHIN = 31_000

/**
 * An approval approves itself only where its route says so, after its time and without alarms, outside freezes, not past
 * separation of duties, and not after a person has stopped it.
 */
export const approvedByRule = async (history: History): Promise<string[]> =>
  (await stored(history)).flatMap((one) =>
    problemsWith(history, one).map((why) => `${one.asked.id.slice(0, 8)} ${why}`),
  )

const problemsWith = (history: History, { asked, entries }: Stored): string[] => {
  const happened = entries.toSorted((a, b) => a.number - b.number).map((entry) => entry.happened)
  const stopped = happened.findIndex(({ what }) => what === 'automatic-stopped')
  const decided = happened.findLastIndex((one) => one.what === 'decided' && one.automatic !== undefined)
  const late = stopped >= 0 && decided > stopped ? ['approved itself after a person had stopped that'] : []
  const sent = history.ledger.sent.find(
    ({ token, verdict, summary }) => token === asked.token && verdict === 'Approved' && isAutomatic(summary),
  )
  if (!sent) return late
  const moments = { at: [sent.at - SENT_WITHIN, sent.at], readFrom: sent.at - SENT_WITHIN, readTo: sent.at }
  return [...late, ...wrongUnderEach(history.routesOf(asked, moments), (route) => wrongBy(history, asked, sent, route))]
}

const wrongBy = (
  history: History,
  asked: Stored['asked'],
  sent: Ledger['sent'][number],
  route: Route | null,
): string[] => {
  const rule = route?.automatic
  if (!route || !rule || route.consoleOnly !== null) return ['approved itself without a rule']
  const freeze = openAt(frozenTimes(route), sent.at)
  const alarms = rule.alarms.map((name) => alarmAt(name, sent.at))
  const isRecent = (since: number): boolean => since + rule.after > sent.at && since + SENT_WITHIN <= sent.at
  return [
    ...(sent.at < asked.at + rule.after ? ['approved itself before its time'] : []),
    ...(freeze && freeze.from + SENT_WITHIN <= sent.at ? ['approved itself in a freeze'] : []),
    ...(rule.emptyChangeSet && !(history.hasChangeSets && isEmptyChangeSet(asked.executionId))
      ? ['approved itself though CloudFormation has something to change']
      : []),
    ...(forbiddenPeople(history, asked, route).length > 0 ? ['approved itself past separation of duties'] : []),
    ...alarms.filter(({ since }) => isRecent(since)).map(({ name }) => `approved itself though ${name} rang`),
  ]
}
