/** A fault to come: what a service does instead of, or before, answering. */
export interface Disturbance {
  /** The operation or method with the fault, such as `PutApprovalResult` or `chat.postMessage`. */
  operation: string
  /** Spares the calls that do not have this among their parameters, such as a message's `ts`. */
  about?: string
  /** How many calls have the fault; each one after that is answered as usual. */
  times: number
  /** Delays the call by so many milliseconds of the machine's time. */
  delayMs?: number
  /** Answers this without calling the service. */
  answer?: { status: number; headers?: Record<string, string>; body?: unknown }
  /** `lost` lets the service act and then replaces its answer with a 503. */
  afterwards?: 'lost'
}

/**
 * Faults that a test or a curious person orders for the services around the bot: slowness, refusals, lost answers. Each
 * call uses one up.
 */
export interface Disturbances {
  /** Orders a fault. Faults of the same operation come in the order in which they were ordered. */
  order(disturbance: Disturbance): void
  /** Takes the fault of the next call of `operation` with these parameters, if there is one. */
  take(operation: string, parameters?: Readonly<Record<string, unknown>>): Disturbance | undefined
}

export const createDisturbances = (): Disturbances => {
  const ordered: Disturbance[] = []
  return {
    order: (disturbance) => void ordered.push({ ...disturbance }),
    take: (operation, parameters = {}) => {
      const isMeant = ({ about }: Disturbance) => about === undefined || Object.values(parameters).includes(about)
      const index = ordered.findIndex((one) => one.operation === operation && isMeant(one))
      const found = ordered[index]
      if (!found) return undefined
      if (--found.times <= 0) ordered.splice(index, 1)
      return found
    },
  }
}

/** Performs `call` with the fault that is ordered for `operation`. */
export const disturbed = async (
  disturbances: Disturbances,
  operation: string,
  call: () => Promise<Response>,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<Response> => {
  const disturbance = disturbances.take(operation, parameters)
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
