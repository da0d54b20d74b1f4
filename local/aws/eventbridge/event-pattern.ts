import { z } from 'zod'
import { isLike } from '../wildcard.ts'
import { ownEntry } from '../../../functions/own-entry.ts'

/** EventBridge User Guide, "Creating Amazon EventBridge event patterns": texts, nested fields, and wildcards. */
export type EventPattern = Record<string, unknown>

const wildcard = z.strictObject({ wildcard: z.string() })

/** Throws for a pattern with other comparisons than these. */
export const matches = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern)) return pattern.some((one) => matchesText(one, String(value)))
  return Object.entries(z.record(z.string(), z.unknown()).parse(pattern)).every(([key, inner]) => {
    const found = ownEntry(value as Record<string, unknown> | undefined, key)
    return found !== undefined && matches(inner, found)
  })
}

const matchesText = (wanted: unknown, found: string): boolean =>
  typeof wanted === 'string' ? wanted === found : isLike(wildcard.parse(wanted).wildcard, found)
