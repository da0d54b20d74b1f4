#!/usr/bin/env node
// Plain JavaScript for any Node. The commands are TypeScript, which Node 24 runs: this Node if it is new enough,
// otherwise the one that npm ci installed.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const MAIN = join(import.meta.dirname, 'main.ts')

const installedNode = () => {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
  } catch {
    return null
  }
}

const runWith = (node) => {
  const { error, status, signal } = spawnSync(node, [MAIN, ...process.argv.slice(2)], { stdio: 'inherit' })
  if (error) console.error(`Node 24 cannot be started (${error.message}). Run npm ci first.`)
  process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 1)
}

if (Number.parseInt(process.versions.node, 10) >= 24) {
  await import('./main.ts')
} else {
  const node = installedNode()
  if (node) runWith(node)
  else {
    console.error('Greenlight needs Node 24, which npm ci installs. Run npm ci first.')
    process.exitCode = 1
  }
}
