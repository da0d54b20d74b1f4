#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: the commands are TypeScript, which wants the Node of the package.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node')
const { error, status, signal } = spawnSync(node, [join(import.meta.dirname, 'main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
if (error) console.error(`Node 24 is not there (${error.message}): run npm ci first.`)
process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 1)
