import { mrkdwnTexts } from '../support/block-kit-limits.ts'
import type { History } from './history.ts'
import { MARKUP } from './configuration.ts'

/** Escaping the rest of the text gives this. */
const BOLD = MARKUP.match(/\*\w+\*/)![0]

/** Slack takes every message, and reads no text that a person wrote as markup. */
export const textsInert = ({ slack }: History): string[] =>
  slack.sent.flatMap(({ subject, message, problems }) => [
    ...problems.map((problem) => `Slack refuses ${subject}: ${problem}`),
    ...mrkdwnTexts(message)
      .filter((text) => text.includes(BOLD))
      .map((text) => `Slack reads markup in ${subject}: ${text}`),
  ])
