import { AwsError } from '../aws/aws-error.ts'
import type { AwsServices } from '../aws/endpoint/endpoint.ts'
import type { Account } from '../web/account.ts'

/**
 * Answers each CodePipeline call in the account and Region that it was signed for. Throws AwsError if there is no
 * pipeline service there.
 */
export const answerCodePipeline =
  (accounts: () => readonly Account[]): AwsServices['codePipeline'] =>
  (target, input, callerArn, { accountId, region }) => {
    const found = accounts().find((account) => account.accountId === accountId)?.codePipeline
    if (found?.region === region) return found.answer(target, input, callerArn)
    const where = found ? `in ${found.region} only, not in ${region}` : 'nowhere'
    throw new AwsError('ValidationException', `In this workspace account ${accountId} has pipelines ${where}.`)
  }
