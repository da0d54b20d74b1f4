import * as z from 'zod/mini'

export const SLACK_USER_FORM = /^[UW][A-Z0-9]{2,}$/
export const EMAIL_FORM = /^[^\s@<>]+@[^\s@<>]+$/

export const CHANNEL = z
  .string()
  .check(z.regex(/^[CG][A-Z0-9]{2,}$/, "expected a Slack channel ID such as C012AB3CD (the end of the channel's link)"))
