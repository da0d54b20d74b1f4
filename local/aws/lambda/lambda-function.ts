import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { APIGatewayProxyResultV2 } from 'aws-lambda'
import type { HttpServer } from '../../http-server.ts'
import { listen } from '../../http-server.ts'
import { answerByFunction } from '../apigateway/apigateway.ts'
import { type FunctionVersion, type Invocation, openVersion } from './function-version.ts'
import { weightedRoute } from './weighted-route.ts'

export interface LambdaFunctionSettings {
  name: string
  /** The only alias: `live`. Its traffic comes in over HTTP. */
  alias: string
  runtime: string
  handler: string
  timeoutMs: number
  environment: Record<string, string>
  /** Where versions are kept. */
  directory: string
  python: string
  accountId: string
  now: () => number
  /** A line that a version has printed. */
  log: (line: string) => void
}

export interface Invoked {
  executedVersion: string
  invocation: Invocation
}

/** A function with its published versions, and an alias with an HTTP address. */
export interface LambdaFunction {
  readonly name: string
  readonly alias: string
  /** The alias's address on this machine. */
  readonly url: string
  /** Copies code as the next version; returns its number. */
  publish(code: string): Promise<string>
  has(version: string): boolean
  /** The versions that the alias routes to: null before the first deployment. `share` of `next`, 0 to 1. */
  traffic(): { current: string | null; next: string | null; share: number }
  /** Routes the alias to one version alone. */
  point(version: string | null): void
  /** Gives a share of the alias's traffic to another version. */
  shift(version: string, share: number): void
  /** Invokes a version by its number, or through the alias. Undefined if there is no such version. */
  invoke(qualifier: string, event: unknown): Promise<Invoked | undefined>
  close(): Promise<void>
}

/** Opens a function without any version. Its alias answers 503 until it routes to one. */
export const openLambdaFunction = async (settings: LambdaFunctionSettings): Promise<LambdaFunction> => {
  const versions = new Map<string, FunctionVersion>()
  const route = weightedRoute()
  let current: string | null = null
  let next: string | null = null

  const invoke = async (qualifier: string, event: unknown): Promise<Invoked | undefined> => {
    const executedVersion =
      qualifier !== settings.alias ? qualifier : next !== null && route.takesNext() ? next : current
    const version = versions.get(executedVersion ?? '')
    return executedVersion !== null && version
      ? { executedVersion, invocation: await version.invoke(event) }
      : undefined
  }

  const point = (version: string | null) => {
    current = version
    next = null
    route.setShare(0)
  }

  const server: HttpServer = await listen(async (request) => {
    let executedVersion = 'none'
    const api = {
      account: settings.accountId,
      stage: '$default',
      now: settings.now,
      failed: (error: unknown) => settings.log(String(error)),
      handle: async (event: unknown): Promise<APIGatewayProxyResultV2> => {
        const invoked = await invoke(settings.alias, event)
        if (!invoked) return { statusCode: 503, body: 'Nothing has been deployed yet.\n' }
        executedVersion = invoked.executedVersion
        const { invocation } = invoked
        if (invocation.kind === 'failed') throw new Error(`${invocation.errorType}: ${invocation.errorMessage}`)
        return invocation.payload as APIGatewayProxyResultV2
      },
    }
    const response = await answerByFunction(api, request)
    response.headers.set('x-amz-executed-version', executedVersion)
    return response
  }, 0)

  return {
    name: settings.name,
    alias: settings.alias,
    url: server.url,
    async publish(code) {
      const version = String(versions.size + 1)
      const directory = join(settings.directory, settings.name, version)
      await mkdir(directory, { recursive: true })
      await cp(code, directory, { recursive: true })
      versions.set(version, openVersion({ ...settings, functionName: settings.name, version, directory }))
      return version
    },
    has: (version) => versions.has(version),
    traffic: () => ({ current, next, share: route.share() }),
    point,
    shift(version, share) {
      if (share >= 1) return point(version)
      next = version
      route.setShare(share)
    },
    invoke,
    async close() {
      await server.close()
      for (const version of versions.values()) version.close()
    },
  }
}
