import type { Approval, FreezeOverride } from '../domain/approval.ts'
import { isOverrideActive } from '../domain/approval.ts'
import type { Frozen } from '../domain/window.ts'
import type { Inline } from './block-kit.ts'
import { bold, cut, moment, text, utc } from './block-kit.ts'
import type { Detail } from './detail.ts'
import { peopleParts, personPart } from './people-parts.ts'

/** With the day of the week: a freeze is known by it. */
const WITH_WEEKDAY = '{date_long_pretty} at {time}'

/** The freeze that keeps everybody from approving, as the policy was last read; null when none does. */
export const frozenOf = (approval: Approval): Frozen | null => {
  const { resolvedPolicy } = approval
  return resolvedPolicy?.frozen && !isOverrideActive(approval, resolvedPolicy.at) ? resolvedPolicy.frozen : null
}

/** "Frozen until Monday, 30 November at 08:00 (weekend freeze, Europe/London)": the time is the reader's own. */
export const frozenParts = ({ until, name, zone }: Frozen, begin = 'Frozen'): Inline[] => [
  bold(until === null ? `${begin} until further notice` : `${begin} until `),
  ...(until === null ? [] : [moment(until, WITH_WEEKDAY)]),
  text(` (${cut(name, 60)}, ${cut(zone, 40)})`),
]

/** The same where no part of a text can be a date. */
export const frozenWords = ({ until, name }: Frozen): string =>
  `Frozen until ${until === null ? 'further notice' : utc(until)} (${cut(name, 60)}).`

/** "@dana or @eli can break glass." */
export const breakGlassParts = (breakGlass: readonly string[], detail: Detail): Inline[] =>
  breakGlass.length === 0
    ? [text('Nobody is named who can break glass.')]
    : [...peopleParts(breakGlass, detail, 'or'), text(' can break glass.')]

/** Said as loudly as words can: whoever reads on must not miss it. */
export const glassParts = (override: FreezeOverride, detail: Pick<Detail, 'mentions' | 'words'>): Inline[] => [
  bold('🚨 Glass broken by '),
  personPart(override, detail),
  text(' '),
  moment(override.at),
  text(`: “${cut(override.reason, Math.max(detail.words, 120))}”`),
]

export const glassWords = ({ name, userId, reason }: FreezeOverride): string =>
  `Glass broken by ${cut(name, 60).trim() || userId}: ${cut(reason, 150)}.`
