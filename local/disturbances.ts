/** A trouble to come: what a service does instead of, or before, answering. */
export interface Disturbance {
  /** The operation or method it befalls, such as `PutApprovalResult` or `chat.postMessage`. */
  operation: string
  /** How many calls it befalls; each one after that is answered as usual. */
  times: number
  /** Holds the call back by so many milliseconds of the machine's time. */
  delayMs?: number
  /** Answers this instead of asking the service. */
  answer?: { status: number; headers?: Record<string, string>; body?: unknown }
  /** `lost` lets the service act and then breaks the connection's answer with a 503. */
  afterwards?: 'lost'
}

/**
 * Troubles that a test or a curious person orders for the services next to the bot: slowness, refusals, answers that
 * get lost. Each is used up by the calls that it befalls.
 */
export interface Disturbances {
  /** Orders a trouble. Those for the same operation come in the order in which they were ordered. */
  order(disturbance: Disturbance): void
  /** Takes the trouble that the next call of `operation` must go through, if any. */
  take(operation: string): Disturbance | undefined
}

export const createDisturbances = (): Disturbances => {
  const ordered: Disturbance[] = []
  return {
    order: (disturbance) => void ordered.push({ ...disturbance }),
    take: (operation) => {
      const index = ordered.findIndex((one) => one.operation === operation)
      const found = ordered[index]
      if (!found) return undefined
      if (--found.times <= 0) ordered.splice(index, 1)
      return found
    },
  }
}

/** Performs `call` under whatever trouble is ordered for `operation`. */
export const disturbed = async (
  disturbances: Disturbances,
  operation: string,
  call: () => Promise<Response>,
): Promise<Response> => {
  const disturbance = disturbances.take(operation)
  if (!disturbance) return call()
  if (disturbance.delayMs) await new Promise((resolve) => setTimeout(resolve, disturbance.delayMs).unref())
  if (disturbance.answer) {
    const { status, headers, body } = disturbance.answer
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    })
  }
  const response = await call()
  return disturbance.afterwards === 'lost' ? new Response(null, { status: 503 }) : response
}
