import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import type { Caller } from './caller.ts'
import { allows } from '../iam/iam.ts'

/**
 * Checks a call against the policies of an assumed role; GetCallerIdentity is open to every caller. `body` is the
 * call's input. Throws AwsError.
 */
export const requireAllowed = (caller: Caller, operation: string, body: unknown): void => {
  if (!caller.policies || operation === 'GetCallerIdentity') return
  const action = `${caller.service}:${operation}`
  const resource = caller.service === 'codepipeline' ? resourceOf(caller, body) : '*'
  if (allows(caller.policies, { action, resource })) return
  throw new AwsError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`,
  )
}

const name = z.string().optional().catch(undefined)
const input = z.object({ name, pipelineName: name, stageName: name, actionName: name }).catch({})

/** The pipeline, or its stage and action (Service Authorization Reference, "… for AWS CodePipeline"). */
const resourceOf = ({ region, accountId }: Caller, body: unknown): string => {
  const { name, pipelineName, stageName, actionName } = input.parse(body)
  const path = [pipelineName ?? name ?? '*', stageName, actionName].filter((part) => part !== undefined)
  return `arn:aws:codepipeline:${region}:${accountId}:${path.join('/')}`
}
