import type { WorkspaceClock } from '../clock.ts'
import type { Snapshot } from '../page/contract.ts'
import type { NotRun } from '../process/capabilities.ts'
import type { Slack } from '../slack/open-slack.ts'
import { GROUPS, PEOPLE } from '../slack/people.ts'
import type { Account } from './account.ts'
import { pipelineViews } from './pipeline-view.ts'

/** The sources of a snapshot. */
export interface Shown {
  /** See {@link Snapshot.run}. */
  run: string
  clock: WorkspaceClock
  slack: Pick<Slack, 'transcript' | 'modals' | 'homes'>
  /** The first is the bot's own. */
  accounts: readonly Account[]
}

/** The complete current content of the page. */
export const snapshotOf = ({ run, clock, slack, accounts }: Shown): Snapshot => ({
  run,
  now: clock.now(),
  clockAheadMs: clock.aheadByMs(),
  people: [...PEOPLE],
  pipelines: pipelineViews(accounts),
  channels: slack.transcript.channels(),
  userGroups: GROUPS.map(({ id, handle, users }) => ({ id, handle, members: [...users] })),
  modals: slack.modals.all(),
  homes: slack.homes.all(),
  notRun: notRunIn(accounts),
  application: accounts[0]?.delivery?.application() ?? null,
})

/** The parts that cannot run for real on this machine, each named once, with everything that it lacks. */
const notRunIn = (accounts: readonly Account[]): NotRun[] => {
  const byPart = Map.groupBy(
    accounts.flatMap(({ delivery }) => delivery?.notRun ?? []),
    ({ what }) => what,
  )
  return [...byPart].map(([what, found]) => ({ what, why: [...new Set(found.map(({ why }) => why))].join(', and ') }))
}
