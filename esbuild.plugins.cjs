'use strict'

const { buildSync } = require('esbuild')
const { createHash } = require('node:crypto')
const { readFileSync } = require('node:fs')
const { readFile, writeFile } = require('node:fs/promises')
const { join } = require('node:path')
const { isDeepStrictEqual } = require('node:util')
const { codeCache } = require('./infra/code-cache.cjs')
const { loadLater } = require('./infra/load-later.cjs')

/**
 * Leaves out of the functions' bundles what no function can need on Lambda: two thirds of button-clicked and half of
 * its cold start. docs/decisions/0003-trimmed-bolt.md has the measurements, tests/package.test.ts the budgets.
 */
const LEFT_OUT = {
  // @slack/bolt loads every receiver it has. The bot starts only AwsLambdaReceiver.
  express: 'serves ExpressReceiver',
  'raw-body': 'serves HTTPReceiver and ExpressReceiver',
  'path-to-regexp': 'serves custom routes of the other receivers',
  '@slack/oauth': 'installs an app in many workspaces; the bot has one token',
  '@slack/socket-mode': 'serves SocketModeReceiver, and brings undici',
  './Assistant': 'answers in the chats of an AI assistant',
  './receivers/ExpressReceiver': 'is never started',
  './receivers/HTTPReceiver': 'is never started',
  './receivers/SocketModeReceiver': 'is never started',
  './receivers/HTTPModuleFunctions': 'serves HTTPReceiver',
  './receivers/HTTPResponseAck': 'serves HTTPReceiver',
  './receivers/SocketModeFunctions': 'serves SocketModeReceiver',

  // @slack/web-api has methods that no function calls.
  './file-upload': 'uploads files',
  './chat-stream': 'writes a message piece by piece, for AI assistants',

  // A function reads what compiledConfiguration made of greenlight.yml.
  './read-configuration.ts': 'reads YAML and checks every setting, which the packaging has done',

  // The SDK loads it for an operation that has a stream of events.
  '@smithy/core/event-streams': 'reads and writes streams of events, which no operation here has',

  '../util-retry/AdaptiveRetryStrategy': 'serves the retry mode adaptive, which no client here has',
  './util-retry/AdaptiveRetryStrategy': 'serves the retry mode adaptive, which no client here has',
  './DefaultRateLimiter': 'serves the retry mode adaptive, which no client here has',

  // The SDK loads it in browsers.
  bowser: 'names a browser',

  // Node has hashes of its own.
  './Sha256Js': 'hashes where the runtime cannot',
  './Md5Js': 'hashes where the runtime cannot',
  // Lambda sets AWS_REGION.
  './getInstanceMetadataRegion': 'asks the metadata of an EC2 instance for a Region',

  // Lambda gives a function its credentials in environment variables, the first link of the SDK's default chain. These
  // are the links after it.
  '@aws-sdk/credential-provider-ini': 'reads profiles in ~/.aws',
  '@aws-sdk/credential-provider-login': 'reads profiles made by aws login',
  '@aws-sdk/credential-provider-process': 'reads profiles with a credential_process',
  '@aws-sdk/credential-provider-sso': 'reads profiles with single sign-on',
  '@aws-sdk/credential-provider-web-identity': 'exchanges web identity tokens',
  '@aws-sdk/credential-provider-http': 'asks the endpoint of a container',
  '@smithy/credential-provider-imds': 'asks the metadata of an EC2 instance',
}

const whyLeftOut = (name) =>
  `${name} is left out of the bundle, because it ${LEFT_OUT[name]} (see esbuild.plugins.cjs).`

/** A module that can be imported; calling anything in it throws an error with what is missing and why. */
const standIn = (name) => `
const refuse = (what) => function () {
  throw new Error(${JSON.stringify(`${whyLeftOut(name)} Called: `)} + what)
}
// On the prototype, because esbuild copies only a module's own names.
module.exports = Object.create(new Proxy({}, {
  get: (_, key) => key === '__esModule' ? true : typeof key === 'symbol' || key === 'then' ? undefined : refuse(key),
}))
`

/** A module that throws that error when it is imported, for imports in the middle of a function. */
const throwing = (name) =>
  `data:text/javascript,${encodeURIComponent(`throw new Error(${JSON.stringify(`${whyLeftOut(name)} Imported.`)})`)}`

const escaped = (text) => text.replaceAll(/[.]/g, '\\$&')

/** @type {import('esbuild').Plugin} */
const leaveOut = {
  name: 'leave-out',
  setup(build) {
    const filter = new RegExp(`^(?:${Object.keys(LEFT_OUT).map(escaped).join('|')})$`)
    build.onResolve({ filter }, ({ path, importer, kind }) => {
      const isAnother =
        path.startsWith('.') &&
        !/@(?:slack[\\/](?:bolt|web-api)|smithy[\\/]core)[\\/]|config[\\/]load\.ts$/.test(importer)
      if (isAnother) return undefined
      return kind === 'dynamic-import' ? { path: throwing(path), external: true } : { path, namespace: 'left-out' }
    })
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: standIn(path), loader: 'js' }))
  },
}

/**
 * An SDK client describes every shape and error of its service (1,500 for Parameter Store); the bot uses a few. As they
 * are written, esbuild can drop none: each error registers itself, and computed keys count as side effects.
 *
 * Without its registration, the client throws an error as its base error, with the same name and message. So the sources
 * know an AWS error by its name, never by its class (tests/architecture.test.ts).
 *
 * @type {import('esbuild').Plugin}
 */
const fewerShapes = {
  name: 'fewer-shapes',
  setup(build) {
    const filter =
      /client-(?:codedeploy|codepipeline|eventbridge|lambda|sqs|ssm)[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/
    build.onLoad({ filter }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const withoutErrors = source.replaceAll(/^n0_registry\.registerError\(.*\);$/gm, '')
      const contents = withoutErrors.replaceAll(
        /^((?:export )?var \w+\$? = )(\[[\s\S]*?\]);$/gm,
        '$1/* @__PURE__ */ (() => $2)();',
      )
      if (withoutErrors !== source && contents !== withoutErrors) return { contents, loader: 'js' }
      return { errors: [{ text: `${path} is not written as it was: bring fewerShapes up to date` }] }
    })
  },
}

/** The groups of Slack's methods of which a function, or Bolt for it, calls one. */
const CALLED = new Set(['auth', 'chat', 'conversations', 'usergroups', 'users', 'views'])

/**
 * @slack/web-api has a function for each of Slack's 280 methods.
 *
 * @type {import('esbuild').Plugin}
 */
const fewerMethods = {
  name: 'fewer-methods',
  setup(build) {
    build.onLoad({ filter: /@slack[\\/]web-api[\\/]dist[\\/]methods\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const kept = new Set()
      const contents = source.replaceAll(/^ {4}(\w+) = \{\n[\s\S]*?^ {4}\};\n/gm, (group, name) => {
        if (!CALLED.has(name)) return ''
        kept.add(name)
        return group
      })
      if (kept.size === CALLED.size && contents.length < source.length) return { contents, loader: 'js' }
      return { errors: [{ text: `${path} is not written as it was: bring fewerMethods up to date` }] }
    })
  },
}

/**
 * @slack/web-api copies the body, the headers and the answer of each call without their secrets, and writes the copies as
 * JSON, for debug lines that the bot's level never prints. That took more time than the rest of its call.
 *
 * @type {import('esbuild').Plugin}
 */
const noDebugLines = {
  name: 'no-debug-lines',
  setup(build) {
    build.onLoad({ filter: /@slack[\\/]web-api[\\/]dist[\\/]WebClient\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const contents = source.replaceAll(/^ +this\.logger\.debug\(.*\);$/gm, '')
      if (!/logger\.debug\(|JSON\.stringify\(redact/.test(contents)) return { contents, loader: 'js' }
      return { errors: [{ text: `${path} is not written as it was: bring noDebugLines up to date` }] }
    })
  },
}

/**
 * greenlight.yml as functions/config/read-configuration.ts reads it, and the hash of that code. Read as soon as serverless
 * loads this file: an error of a build would leave serverless waiting for ever.
 *
 * @throws {Error} if greenlight.yml has mistakes, with the line of each.
 */
const readGreenlight = () => {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, 'functions', 'config', 'read-configuration.ts')],
    ...{ bundle: true, write: false, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'silent' },
  })
  const code = outputFiles[0].text
  const module = { exports: {} }
  new Function('module', 'exports', 'require', code)(module, module.exports, require)
  const read = module.exports.readConfiguration(readFileSync(join(__dirname, 'greenlight.yml'), 'utf8'), {
    read: (path) => readFileSync(join(__dirname, path), 'utf8'),
    now: Date.now(),
  })
  if (read.kind !== 'valid')
    throw new Error(
      read.problems
        .map(({ line, key, message }) => `greenlight.yml:${line}: ${key && `${key}: `}${message}`)
        .join('\n'),
    )
  const { configuration } = read
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(configuration)), configuration))
    throw new Error('JSON cannot hold greenlight.yml as it was read')
  return { configuration, reader: createHash('sha256').update(code).digest('hex').slice(0, 16) }
}

const GREENLIGHT = readGreenlight()

/**
 * Adds what greenlight.yml says to every archive, as greenlight.json. The hash of the code that checked it goes into the
 * bundle too, so that a function refuses a file that other code has checked.
 *
 * @type {import('esbuild').Plugin}
 */
const compiledConfiguration = {
  name: 'compiled-configuration',
  setup({ initialOptions, onEnd }) {
    initialOptions.define = { ...initialOptions.define, CONFIGURATION_READER: JSON.stringify(GREENLIGHT.reader) }
    const { outdir } = initialOptions
    // The output directory is functions/ of the archive.
    if (outdir) onEnd(() => writeFile(join(outdir, '..', 'greenlight.json'), JSON.stringify(GREENLIGHT)))
  },
}

/**
 * Clients name themselves and their version to their service. The rest of a package.json is for npm.
 *
 * @type {import('esbuild').Plugin}
 */
const namesAndVersions = {
  name: 'names-and-versions',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/].*[\\/]package\.json$/ }, async ({ path }) => {
      const { name, version } = JSON.parse(await readFile(path, 'utf8'))
      return { contents: JSON.stringify({ name, version }), loader: 'json' }
    })
  },
}

/**
 * EventBridge can send one event to two Regions, with a signature that holds in both, and S3 signs otherwise for directory
 * buckets. The bot's events go to one Region and its log to a general purpose bucket, so these clients sign as all others
 * do.
 *
 * @type {import('esbuild').Plugin}
 */
const oneRegion = {
  name: 'one-region',
  setup(build) {
    const filter = /^@aws-sdk\/signature-v4-multi-region$/
    build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'one-region' }))
    build.onLoad({ filter, namespace: 'one-region' }, () => ({
      contents: `
        import { SignatureV4 } from '@smithy/signature-v4'
        export class SignatureV4SignWithCredentials extends SignatureV4 {}
        export class SignatureV4MultiRegion extends SignatureV4 { static sigv4aDependency() { return 'none' } }`,
      resolveDir: __dirname,
    }))
  },
}

/**
 * The functions make four operations of DynamoDB. Its clients, with the SDK's core that they bring, are 150 kB, which each
 * function read at its start. infra/own-dynamodb.ts makes them with the functions' own signed requests.
 *
 * @type {import('esbuild').Plugin}
 */
const ownDynamoDb = {
  name: 'own-dynamodb',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/(?:client|lib)-dynamodb$/ }, () => ({
      path: join(__dirname, 'infra', 'own-dynamodb.ts'),
    }))
  },
}

/**
 * @slack/web-api repeats its calls, and queues those beyond a hundred at a time. The bot's clients repeat none
 * (functions/slack/slack-client.ts), and make two at a time at most.
 */
const ONCE = {
  'p-queue': `
    module.exports = class { add(call) { return call() } pause() {} start() {} }`,
  'p-retry': `
    class AbortError extends Error {
      constructor(cause) { super(cause.message); this.originalError = cause }
    }
    const once = async (call) => {
      try { return await call(1) } catch (error) { throw error instanceof AbortError ? error.originalError : error }
    }
    module.exports = Object.assign(once, { default: once, AbortError })`,
  eventemitter3: `
    module.exports = require('node:events')`,
  // The bot uses its types alone.
  '@slack/types': `
    module.exports = {}`,
  // The bot asks for no archive of analytics, the only answer that @slack/web-api inflates.
  'node:zlib': `
    module.exports = { unzip() { throw new Error('node:zlib is left out of @slack/web-api (see esbuild.plugins.cjs).') } }`,
}

/** @type {import('esbuild').Plugin} */
const callsOnce = {
  name: 'calls-once',
  setup(build) {
    build.onResolve({ filter: /^(?:p-queue|p-retry|eventemitter3|@slack\/types|node:zlib)$/ }, ({ path, importer }) =>
      /@slack[\\/](?:web-api|bolt)[\\/]/.test(importer) ? { path, namespace: 'once' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'once' }, ({ path }) => ({
      contents: ONCE[path],
      loader: 'js',
      resolveDir: __dirname,
    }))
  },
}

module.exports = [
  loadLater,
  leaveOut,
  callsOnce,
  oneRegion,
  ownDynamoDb,
  fewerShapes,
  fewerMethods,
  noDebugLines,
  compiledConfiguration,
  namesAndVersions,
  codeCache,
]
