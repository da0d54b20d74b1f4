import type { HeldStage } from '../domain/held-stage.ts'
import type { Inline } from './block-kit.ts'
import { cut, moment, text, user } from './block-kit.ts'
import { say } from './sentence.ts'
import { HELD } from './words/shared-words.ts'

/** Which stage is held, by whom, since when and why. Without `mentions` a person of Slack is not named: it would notify them. */
export const heldParts = ({ stage, reason, since, userId, name }: HeldStage, { mentions = true } = {}): Inline[] => [
  ...say(HELD.stage, { stage: cut(stage, 60) }),
  ...(userId === null ? (name === null ? say(HELD.inAws) : say(HELD.byInAws, { name: cut(name, 60) })) : []),
  ...(userId !== null && mentions ? say(HELD.by, { person: user(userId) }) : []),
  ...(since === null ? [] : [text(' '), moment(since, HELD.since)]),
  ...(reason ? say(HELD.because, { reason: cut(reason, 300) }) : []),
]

/** What is approved now goes no further than to that stage. */
export const heldBehindParts = (held: HeldStage, { mentions }: { mentions: boolean }): Inline[] => [
  ...heldParts(held, { mentions }),
  text('. '),
  ...say(HELD.behind, { stage: cut(held.stage, 60) }),
]
