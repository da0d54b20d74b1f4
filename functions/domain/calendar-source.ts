export type CalendarKind = 'change-calendar' | 'file' | 'address'

const SOURCE_FORMS: Record<CalendarKind, RegExp> = {
  // "Actions, resources, and condition keys for AWS Systems Manager", Service Authorization Reference.
  'change-calendar': /^arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:document\/[\w.-]{3,128}$/,
  file: /^(?!\/)[\w./-]+\.ics$/,
  // Over http, another may answer in its place; but not on one's own machine.
  address: /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])[^\s@]+$/,
}

/** What a calendar's source is; null if it has no such form. */
export const kindOfCalendar = (source: string): CalendarKind | null =>
  (Object.keys(SOURCE_FORMS) as CalendarKind[]).find((kind) => SOURCE_FORMS[kind].test(source)) ?? null
