import type { Absence } from '../domain/absence.ts'
import type { StoredFreeze } from '../domain/freeze.ts'
import type { Execution } from '../domain/execution.ts'
import type { HeldStage } from '../domain/held-stage.ts'
import type { Mute } from '../domain/mute.ts'
import type { Release } from '../domain/pipeline-status.ts'
import type { SteeringAim } from '../domain/steering.ts'
import type { Frozen } from '../domain/window.ts'
import type { CommandAnswer } from './cards.ts'
import type { SlackRefusal } from './slack.ts'

/** The Home tab of the app, which each person has for themselves. */
export interface HomeTabs {
  /** What it shows, without the time at which that was so: two of the same content look the same. */
  contentOf(card: HomeCard): string
  /** `hash`: only if Slack still has that state; null whatever it has. */
  publish(userId: string, card: HomeCard, hash: string | null): Promise<PublishOutcome>
}

/** `conflict`: Slack has another state than that of the hash, and nothing was published. */
export type PublishOutcome = { kind: 'published'; hash: string | null } | { kind: 'conflict' } | SlackRefusal

export type HomeCard = HomeContent & {
  /** When all this was so, and until when the tab follows what changes. Epoch milliseconds. */
  at: number
  followedUntil: number
}

type HomeContent =
  /** `because` is a sentence. */
  | { kind: 'not-told'; because: string }
  | ({
      kind: 'told'
      pending: Extract<CommandAnswer, { kind: 'pending' }>
      standIns: StandInsShown
      /** What the person has muted; null if nothing. */
      mute: Mute | null
      /** What the person may do to the executions and held stages that are shown. */
      steering: readonly SteeringAim[]
    } & HomePipelines)

/** Who stands in for the person, and for whom they do, now or later; a sentence if that cannot be read. */
export type StandInsShown = { mine: readonly Absence[]; theirs: readonly Absence[] } | string

/** The same for every person. */
export interface HomePipelines {
  /** Newest first. */
  running: readonly Execution[]
  failed: readonly Execution[]
  releases: readonly Release[]
  /** The stages that take no executions in, with the newest execution of their pipeline. */
  held: readonly { execution: Execution; stage: HeldStage }[]
  /** That were set in Slack, and hold now. */
  freezes: readonly StoredFreeze[]
  /** Of greenlight.yml and its calendars, with the pipelines for which they hold now. */
  configured: readonly { frozen: Frozen; pipelines: readonly string[] }[]
}
