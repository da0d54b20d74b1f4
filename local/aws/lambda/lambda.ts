import type { WorkspaceClock } from '../../clock.ts'
import { type AsynchronousSettings, asynchronousInvocation } from './asynchronous-invocation.ts'
import { type MappingSettings, eventSourceMapping } from './event-source-mapping.ts'
import { type Invoke, answerInvoke, invokeIn } from './invoke.ts'
import { type LambdaFunction, type LambdaFunctionSettings, openLambdaFunction } from './lambda-function.ts'

export type { LambdaFunction } from './lambda-function.ts'

export type Lambda = ReturnType<typeof createLambda>

/** Lambda for one account and Region: functions that run on this machine, and the ways in which AWS invokes them. */
export const createLambda = (clock: WorkspaceClock) => {
  const functions = new Map<string, LambdaFunction>()
  return {
    /** Opens a function without any version. Its alias answers 503 until it routes to one. */
    openFunction: async (settings: Omit<LambdaFunctionSettings, 'now'>): Promise<LambdaFunction> => {
      const opened = await openLambdaFunction({ ...settings, now: () => clock.now() })
      functions.set(opened.name, opened)
      return opened
    },
    /** The call of Invoke that a request makes; undefined for other requests. */
    invokeIn,
    /** Performs that call. Throws an AwsError if there is no such function or version. */
    answerInvoke: (invoke: Invoke, body: string): Promise<Response> => answerInvoke(functions, invoke, body),
    /** A function as SNS, EventBridge and a schedule invoke it. */
    asynchronous: <Event>(settings: AsynchronousSettings<Event>) => asynchronousInvocation(clock, settings),
    /** The same, as an SQS queue invokes it. */
    eventSourceMapping: (settings: MappingSettings) => eventSourceMapping(clock, settings),
  }
}
