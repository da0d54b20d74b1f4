import { isoMinutes } from './timestamps.ts'

/** The message that CodePipeline publishes to an approval action's SNS topic. */
export interface ApprovalNotice {
  region: string
  consoleLink: string
  approval: {
    pipelineName: string
    stageName: string
    actionName: string
    token: string
    /** `2016-07-07T20:22Z`: UTC, to the minute. */
    expires: string
    externalEntityLink: string | null
    approvalReviewLink: string
    customData: string | null
  }
}

/**
 * Writes that message (CodePipeline User Guide, "JSON data format for manual approval notifications in CodePipeline").
 * It has neither account nor execution id.
 */
export const approvalNotice = (request: {
  region: string
  pipelineName: string
  stageName: string
  actionName: string
  token: string
  /** Epoch milliseconds. */
  expiresAt: number
  configuration: Record<string, string>
}): ApprovalNotice => {
  const { region, pipelineName, stageName, actionName, token, expiresAt, configuration } = request
  const pipelineLink = `https://console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipelineName}/view?region=${region}`
  const reviewLink = `${pipelineLink}#/${stageName}/${actionName}/approve/${token}`
  return {
    region,
    consoleLink: reviewLink,
    approval: {
      pipelineName,
      stageName,
      actionName,
      token,
      expires: isoMinutes(expiresAt),
      externalEntityLink: configuration.ExternalEntityLink ?? null,
      approvalReviewLink: reviewLink,
      customData: configuration.CustomData ?? null,
    },
  }
}
