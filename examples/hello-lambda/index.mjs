import { readFileSync } from 'node:fs'

/** The commit that the build left beside this file, as people say it: its first seven characters. */
const version = readVersion()

/** GET /healthz says how the function is, for health checks and hooks; every other path greets. */
export const handler = async ({ rawPath = '/' }) =>
  rawPath === '/healthz' ? json({ status: 'ok', version }) : json({ message: 'Hello from Lambda', version })

const json = (body) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

function readVersion() {
  try {
    return readFileSync(new URL('VERSION', import.meta.url), 'utf8')
      .trim()
      .slice(0, 7)
  } catch {
    return 'development'
  }
}
