import type { MiddlewareHandler } from 'hono'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Accepts only requests of this machine's own programs and pages. Otherwise any web page that a person visits could
 * click, push and decide here, by posting to the address or by a name that resolves to it.
 */
export const loopbackOnly: MiddlewareHandler = async (c, next) => {
  const { hostname, host } = new URL(c.req.url)
  if (!LOOPBACK.has(hostname))
    return c.text(`The workspace answers on 127.0.0.1 and localhost, not on ${hostname}.\n`, 403)
  const origin = c.req.header('origin')
  if (origin !== undefined && !sameSite(origin, host))
    return c.json({ ok: false, error: 'The workspace takes no requests from other sites’ pages.' }, 403)
  await next()
}

const sameSite = (origin: string, host: string): boolean => URL.canParse(origin) && new URL(origin).host === host
