import type { Snapshot } from './contract.ts'

/** What the page knows of the workspace; `receivedAt` is the browser's time of the newest snapshot. */
export interface Connection {
  snapshot: Snapshot | null
  receivedAt: number
  state: 'connecting' | 'connected' | 'away'
}

const RETRY_MS = 1500

/**
 * Follows `/local/events`, calling back with each snapshot and each change of the connection. It connects
 * again until the server is back. Returns what stops it.
 */
export const followWorkspace = (changed: (connection: Connection) => void): (() => void) => {
  let connection: Connection = { snapshot: null, receivedAt: 0, state: 'connecting' }
  let events: EventSource
  let retry: ReturnType<typeof setTimeout> | undefined
  const report = (change: Partial<Connection>) => {
    connection = { ...connection, ...change }
    changed(connection)
  }
  const connect = () => {
    events = new EventSource('/local/events')
    events.addEventListener('state', ({ data }: MessageEvent<string>) => {
      report({ snapshot: JSON.parse(data) as Snapshot, receivedAt: Date.now(), state: 'connected' })
    })
    events.addEventListener('error', () => {
      // EventSource gives up for good on an HTTP error, so every reconnection is ours.
      events.close()
      report({ state: 'away' })
      retry = setTimeout(connect, RETRY_MS)
    })
  }
  connect()
  return () => {
    clearTimeout(retry)
    events.close()
  }
}
