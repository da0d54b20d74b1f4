'use strict'

const { readFile } = require('node:fs/promises')
const { dirname, join } = require('node:path')

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

  // The SDK loads it for an operation that has a stream of events.
  '@smithy/core/event-streams': 'reads and writes streams of events, which no operation here has',

  // @slack/web-api can do more than write messages.
  './chat-stream': 'writes a message word by word',
  './file-upload': 'uploads files',

  './DefaultRateLimiter': 'serves the retry mode adaptive, which no client here has',

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

/** A module that can be imported; calling anything in it throws an error with what is missing and why. */
const standIn = (name) => `
const refuse = (what) => function () {
  throw new Error(${JSON.stringify(`${name} is left out of the bundle, because it ${LEFT_OUT[name]} (see esbuild.plugins.cjs). Called: `)} + what)
}
// On the prototype, because esbuild copies only a module's own names.
module.exports = Object.create(new Proxy({}, {
  get: (_, key) => key === '__esModule' ? true : typeof key === 'symbol' || key === 'then' ? undefined : refuse(key),
}))
`

const escaped = (text) => text.replaceAll(/[.]/g, '\\$&')

/** @type {import('esbuild').Plugin} */
const leaveOut = {
  name: 'leave-out',
  setup(build) {
    const filter = new RegExp(`^(?:${Object.keys(LEFT_OUT).map(escaped).join('|')})$`)
    build.onResolve({ filter }, ({ path, importer }) =>
      path.startsWith('.') && !/@(?:slack[\\/](?:bolt|web-api)|smithy[\\/]core)[\\/]/.test(importer)
        ? undefined
        : { path, namespace: 'left-out' },
    )
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: standIn(path), loader: 'js' }))
  },
}

/**
 * An SDK client describes every shape and error of its service (1,500 for Parameter Store); the bot uses a few. As they
 * are written, esbuild can drop none: each error registers itself, and computed keys count as side effects.
 *
 * Without its registration, the client throws an error as its base error, with the same name and message. So the sources
 * know an AWS error by its name, never by its class (tests/architecture.test.ts). The two of DynamoDB's errors that carry
 * items keep their registration.
 *
 * @type {import('esbuild').Plugin}
 */
const fewerShapes = {
  name: 'fewer-shapes',
  setup(build) {
    const filter =
      /client-(?:codedeploy|codepipeline|dynamodb|eventbridge|lambda|sqs|ssm)[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/
    build.onLoad({ filter }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const withoutErrors = source.replaceAll(
        /^n0_registry\.registerError\((?!ConditionalCheckFailed|TransactionCanceled).*\);$/gm,
        '',
      )
      const contents = withoutErrors.replaceAll(
        /^((?:export )?var \w+\$? = )(\[[\s\S]*?\]);$/gm,
        '$1/* @__PURE__ */ (() => $2)();',
      )
      if (withoutErrors !== source && contents !== withoutErrors) return { contents, loader: 'js' }
      return { errors: [{ text: `${path} is not written as it was: bring fewerShapes up to date` }] }
    })
  },
}

/**
 * yaml offers Node its CommonJS build, from which esbuild can drop nothing. The other build is the same code as modules.
 *
 * @type {import('esbuild').Plugin}
 */
const yamlAsModules = {
  name: 'yaml-as-modules',
  setup(build) {
    const path = join(dirname(require.resolve('yaml/package.json')), 'browser', 'dist', 'index.js')
    build.onResolve({ filter: /^yaml$/ }, () => ({ path }))
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
 * EventBridge can send one event to two Regions, with a signature that holds in both. The bot's events go to one, so its
 * client signs as all others do.
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
        export class SignatureV4MultiRegion extends SignatureV4 { static sigv4aDependency() { return 'none' } }`,
      resolveDir: __dirname,
    }))
  },
}

/**
 * @slack/web-api queues its calls and repeats them. The bot's clients repeat none (functions/slack/slack-client.ts), and
 * each makes one call at a time.
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
}

/** @type {import('esbuild').Plugin} */
const callsOnce = {
  name: 'calls-once',
  setup(build) {
    build.onResolve({ filter: /^(?:p-queue|p-retry|eventemitter3)$/ }, ({ path, importer }) =>
      /@slack[\\/]web-api[\\/]/.test(importer) ? { path, namespace: 'once' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'once' }, ({ path }) => ({
      contents: ONCE[path],
      loader: 'js',
      resolveDir: __dirname,
    }))
  },
}

module.exports = [leaveOut, callsOnce, oneRegion, fewerShapes, yamlAsModules, namesAndVersions]
