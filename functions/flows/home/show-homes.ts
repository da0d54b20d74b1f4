import type { StoredAbsence } from '../../domain/absence.ts'
import type { Effect } from '../../domain/effect.ts'
import type { OpenHome } from '../../domain/open-homes.ts'
import type { Mute } from '../../domain/mute.ts'
import { NO_MUTES, muteOf } from '../../domain/mute.ts'
import { FOLLOWED_FOR, NO_HOMES, isFollowed, withOpened, withPublished, withoutHome } from '../../domain/open-homes.ts'
import { sha256 } from '../../domain/statement.ts'
import type { SteeringAim } from '../../domain/steering.ts'
import { ownEntry } from '../../own-entry.ts'
import { fewAtOnce } from '../../few-at-once.ts'
import type { HomeCard, HomePipelines } from '../../ports/home-tabs.ts'
import type { DueServices, Services } from '../../ports/services.ts'
import { absencesAmong } from '../absence/change-absences.ts'
import { JUDGED_AT_ONCE } from '../approval/judge-for.ts'
import { judgedPending, waitingApprovals } from '../command/judge-waiting.ts'
import type { Tried } from '../effects/perform-effect.ts'
import type { Performed } from '../effects/performed.ts'
import { again, done } from '../effects/performed.ts'
import { knownPerson } from '../known-person.ts'
import { resumeOffered, steeringOffered, steeringOfferedTo } from '../steer/judge-steering.ts'
import { homePipelines } from './home-pipelines.ts'

type HomeServices = Services & Pick<DueServices, 'homeTabs'>

/**
 * Story: people have the Home tab open, or one has just opened it. What all see is read once, and what waits is judged for
 * each. A tab that shows all of it already is left as it is.
 */
export const showHomes = async (
  services: HomeServices,
  { users, opened }: Pick<Extract<Effect, { do: 'show-homes' }>, 'users' | 'opened'>,
  { isLast }: Tried,
): Promise<Performed> => {
  const { homes } = services
  if (opened !== null)
    for (const userId of users)
      await homes.change('homes', (current) => [withOpened(current, userId, opened), null], { fresh: () => NO_HOMES })
  const open = (await homes.read('homes'))?.open ?? {}
  const now = services.clock.now()
  const followed = users.flatMap((userId) => {
    const home = ownEntry(open, userId)
    return home && isFollowed(home, now) ? [{ userId, home }] : []
  })
  if (followed.length === 0) return done()
  const [waiting, pipelines, absences, mutes] = await Promise.all([
    waitingApprovals(services),
    homePipelines(services),
    services.absences.endingFrom(now),
    services.mutes.read('mutes'),
  ])
  const pauses = await Promise.all(
    followed.map(({ userId, home }) =>
      showHome(services, { userId, home, waiting, pipelines, absences, mute: muteOf(mutes ?? NO_MUTES, userId, now) }),
    ),
  )
  const pause = Math.max(...pauses)
  return pause > 0 && !isLast ? again(pause, 'Slack did not take a Home tab') : done()
}

/** As many as a section of the tab shows. */
const MOST_STEERED = 10

interface OneHome {
  userId: string
  home: OpenHome
  waiting: Awaited<ReturnType<typeof waitingApprovals>>
  pipelines: HomePipelines
  absences: readonly StoredAbsence[]
  mute: Mute | null
}

/** In how many seconds to try again; 0 if that is not needed. */
const showHome = async (services: HomeServices, one: OneHome): Promise<number> => {
  const { homes, homeTabs, log } = services
  const { userId, home } = one
  const card = await homeCard(services, one)
  const shown = sha256(homeTabs.contentOf(card)).slice(0, 32)
  if (shown === home.shown) return 0
  const outcome = await homeTabs.publish(userId, card, home.hash)
  switch (outcome.kind) {
    case 'published':
      await homes.change('homes', (current) => [withPublished(current, userId, { shown, hash: outcome.hash }), null])
      return 0
    // Another function has published: what it showed may be older or newer.
    case 'conflict':
      await homes.change('homes', (current) => [withPublished(current, userId, { shown: null, hash: null }), null])
      return 1
    case 'busy':
      return outcome.afterSeconds
    case 'unclear':
      return 2
    case 'refused':
      log.warn('Slack does not show a Home tab', { user: userId, because: outcome.because })
      await homes.change('homes', (current) => [withoutHome(current, userId), null])
      return 0
  }
}

const homeCard = async (services: HomeServices, one: OneHome): Promise<HomeCard> => {
  const { userId, home, waiting, pipelines, absences, mute } = one
  const times = { at: services.clock.now(), followedUntil: home.openedAt + FOLLOWED_FOR }
  const known = await knownPerson(services.directory, userId)
  if (known.kind === 'unknown') return { kind: 'not-told', because: known.because, ...times }
  // What they press there has no channel.
  const pending = await judgedPending(services, { ...known.person, from: null }, waiting)
  const standIns = absencesAmong(absences, userId, times.at)
  const steering = await steeringShown(services, pipelines, userId)
  return { kind: 'told', pending, standIns, mute, steering, ...pipelines, ...times }
}

/** What the person may do to what the tab shows. What a route lets no one do in Slack is looked up for no one. */
const steeringShown = async (
  services: Services,
  { running, failed, held }: HomePipelines,
  userId: string,
): Promise<SteeringAim[]> => {
  const offered = [...running.slice(0, MOST_STEERED), ...failed.slice(0, MOST_STEERED)].map((execution) => ({
    // A held stage is shown by itself.
    aims: steeringOffered(services, execution).filter(({ act }) => act !== 'resume'),
    stages: execution.stageOrder,
  }))
  const resumed = held.slice(0, MOST_STEERED).map(({ execution, stage }) => ({
    aims: resumeOffered(services, execution.key, stage),
    stages: execution.stageOrder,
  }))
  const judged = await fewAtOnce(JUDGED_AT_ONCE, [...offered, ...resumed], ({ aims, stages }) =>
    steeringOfferedTo(services, { aims, stages, userId }),
  )
  return judged.flat()
}
