declare module 'dynalite' {
  import type { Server } from 'node:http'
  /** A DynamoDB in this process; `path` keeps it on disk, otherwise it is in memory. */
  export default function dynalite(options?: { createTableMs?: number; path?: string }): Server
}
