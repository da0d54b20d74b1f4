'use strict'

const { createHash } = require('node:crypto')
const { readFileSync, readdirSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { Script } = require('node:vm')

/*
 * `node make.cjs <function> <directory of its scripts> <greenlight.json> <architecture>`: starts the function, then loads each of its
 * parts, and writes what V8 has compiled by then beside each script. infra/code-cache.cjs runs it under Lambda's flags.
 *
 * Prints { node, arch, files: script → hash } as JSON. On another architecture, `files` is null and nothing is made.
 */
const [door, directory, configuration, architecture] = process.argv.slice(2)

// What the functions read as they start. None calls anything then.
Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  TABLE_NAME: 'table',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/effects',
  SLACK_SECRETS_PATH: '/greenlight/slack',
  GREENLIGHT_CONFIG: configuration,
})

const scripts = new Map()
const modules = {}

// As start.mjs does.
const load = (name) => {
  if (modules[name]) return modules[name].exports
  const module = (modules[name] = { exports: {} })
  const source = readFileSync(join(directory, name))
  const script = new Script(`(function(exports,require,module){${source}\n})`, {
    // V8 keeps the name. On Lambda it is this one, wherever the service was packaged.
    filename: `/var/task/functions/${door}.parts/${name}`,
  })
  scripts.set(name, { script, source })
  script.runInThisContext()(module.exports, requireIn, module)
  return module.exports
}

const requireIn = (name) => (name.startsWith('./') ? load(name.slice(2)) : require(name))

/** Script → hash. Functions that ran are in the caches; V8 compiles the others when they are called. */
const make = () => {
  const files = {}
  const keep = () => {
    for (const [name, { script, source }] of scripts) {
      if (files[name]) continue
      const cache = script.createCachedData()
      writeFileSync(join(directory, `${name}.cache`), cache)
      files[name] = createHash('sha256').update(source).update(cache).digest('base64url')
    }
  }
  load(`${door}.cjs`)
  // Before the parts: what they make the scripts of the start compile would be read at each start.
  keep()
  for (const name of readdirSync(directory).sort()) if (name.endsWith('.cjs')) load(name)
  keep()
  return files
}

const { version, arch } = process
writeFileSync(1, JSON.stringify({ node: version, arch, files: arch === architecture ? make() : null }))
process.exit(0)
