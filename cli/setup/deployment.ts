import type { Installation } from '../installation.ts'
import { problemOf } from '../problem.ts'
import { readStack } from '../stack.ts'

/** What AWS says about an installation's stack. */
export interface Deployment {
  /** AWS answered. */
  isReached: boolean
  /** Where Slack sends clicks; undefined if the stack is not deployed or AWS did not answer. */
  requestUrl: string | undefined
  /** Why there is no request URL, in a sentence. */
  why: string
}

export const findDeployment = async ({ connection, stackName, region }: Installation): Promise<Deployment> => {
  try {
    const requestUrl = (await readStack(connection, stackName))?.outputs.SlackRequestUrl
    return { isReached: true, requestUrl, why: `The stack ${stackName} is not deployed in ${region} yet.` }
  } catch (error) {
    return { isReached: false, requestUrl: undefined, why: problemOf(error).sentence }
  }
}
