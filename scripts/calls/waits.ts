import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { Clock } from '../../functions/clock.ts'
import { ANSWERS_AFTER } from './prices.ts'
import { SERVICES } from './services.ts'

/** Milliseconds since an invocation has begun, by the answers that it has. */
interface Invocation {
  answered: number
}

const invocations = new AsyncLocalStorage<Invocation>()

/** Begins a wait of this invocation, after all that it waited for before. Call the result when the wait is over. */
const begin = (invocation: Invocation, lasts: number): (() => void) => {
  const until = invocation.answered + lasts
  return () => {
    invocation.answered = Math.max(invocation.answered, until)
  }
}

const waiting = new WeakMap<ClientRequest, () => void>()

const answersAfter = (request: ClientRequest): number => {
  if (request.path.startsWith('/slack/api/')) return ANSWERS_AFTER.Slack
  const [target = ''] = String(request.getHeader('x-amz-target') ?? '').split('.')
  return ANSWERS_AFTER[SERVICES[target] as keyof typeof ANSWERS_AFTER] ?? ANSWERS_AFTER.others
}

subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest }
  const invocation = invocations.getStore()
  if (invocation) waiting.set(request, begin(invocation, answersAfter(request)))
})
subscribe('http.client.response.finish', (message) => waiting.get((message as { request: ClientRequest }).request)?.())

/** What a function would wait for in AWS: each request as long as its service takes, those that it sends side by side once. */
export const waitsOf = async <T>(invoke: () => Promise<T>): Promise<{ result: T; milliseconds: number }> => {
  const invocation: Invocation = { answered: 0 }
  const result = await invocations.run(invocation, invoke)
  return { result, milliseconds: invocation.answered }
}

/** A clock whose pauses count as waits. A pause that can be aborted is a time limit of another wait. */
export const withCountedPauses = (clock: Clock): Clock => ({
  ...clock,
  sleep: async (ms, signal) => {
    const invocation = invocations.getStore()
    const over = invocation && !signal ? begin(invocation, Math.max(0, ms)) : () => undefined
    await clock.sleep(ms, signal)
    over()
  },
})
