import { readFileSync } from 'node:fs'

/** The version that the build left beside this file: a commit by its first seven characters. */
const version = readVersion()

/** GET /healthz answers health checks and hooks; every other path greets. */
export const handler = async ({ rawPath = '/' }) =>
  rawPath === '/healthz' ? json({ status: 'ok', version }) : json({ message: 'Hello from Lambda', version })

const json = (body) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

function readVersion() {
  try {
    const version = readFileSync(new URL('VERSION', import.meta.url), 'utf8').trim()
    return /^[0-9a-f]{40,64}$/.test(version) ? version.slice(0, 7) : version
  } catch {
    return 'development'
  }
}
