import * as z from 'zod/mini'

/** What every event of AWS has around its `detail` ("Events in Amazon EventBridge", EventBridge user guide). */
export const EVENT_ENVELOPE = {
  account: z.string().check(z.regex(/^\d{12}$/)),
  region: z.string().check(z.regex(/^[a-z0-9-]+$/)),
  time: z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), 'not a date')),
  'detail-type': z.string(),
}
