import { z } from 'zod'
import { pipelineDeclaration } from './declaration.ts'

/*
 * The input of each operation (AWS CodePipeline API Reference; limits and patterns from the service model). Members
 * that are not listed are dropped, as the service drops them.
 */

const name = z.string().regex(/^[A-Za-z0-9.@\-_]{1,100}$/)
const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
const nextToken = z.string().min(1).max(2048).optional()
const paged = { maxResults: z.int().min(1).max(100).optional(), nextToken }
const transition = { pipelineName: name, stageName: name, transitionType: z.enum(['Inbound', 'Outbound']) }
const variableName = z.string().regex(/^[A-Za-z0-9@\-_]{1,128}$/)

export const pipelineBody = z.object({ pipeline: pipelineDeclaration })
export const deletePipeline = z.object({ name })
export const getPipeline = z.object({ name, version: z.int().min(1).optional() })
export const listPipelines = z.object({ maxResults: z.int().min(1).max(1000).optional(), nextToken })
export const getPipelineState = z.object({ name })
export const getPipelineExecution = z.object({ pipelineName: name, pipelineExecutionId: uuid })
export const listPipelineExecutions = z.object({
  pipelineName: name,
  filter: z.object({ succeededInStage: z.object({ stageName: name }).optional() }).optional(),
  ...paged,
})
export const listActionExecutions = z.object({
  pipelineName: name,
  filter: z
    .object({
      pipelineExecutionId: uuid.optional(),
      latestInPipelineExecution: z
        .object({ pipelineExecutionId: uuid, startTimeRange: z.enum(['Latest', 'All']) })
        .optional(),
    })
    .optional(),
  ...paged,
})
export const listRuleExecutions = listActionExecutions
export const startPipelineExecution = z.object({
  name,
  variables: z
    .array(z.object({ name: variableName, value: z.string().min(1).max(1000) }))
    .min(1)
    .max(50)
    .optional(),
  clientRequestToken: z
    .string()
    .regex(/^[a-zA-Z0-9-]{1,128}$/)
    .optional(),
  sourceRevisions: z
    .array(
      z.object({
        actionName: name,
        revisionType: z.enum(['COMMIT_ID', 'IMAGE_DIGEST', 'S3_OBJECT_VERSION_ID', 'S3_OBJECT_KEY']),
        revisionValue: z.string().min(1).max(1500),
      }),
    )
    .max(50)
    .optional(),
})
export const stopPipelineExecution = z.object({
  pipelineName: name,
  pipelineExecutionId: uuid,
  abandon: z.boolean().optional(),
  reason: z.string().max(200).optional(),
})
export const putApprovalResult = z.object({
  pipelineName: name,
  stageName: name,
  actionName: name,
  token: uuid,
  result: z.object({ status: z.enum(['Approved', 'Rejected']), summary: z.string().max(512) }),
})
export const retryStageExecution = z.object({
  pipelineName: name,
  stageName: name,
  pipelineExecutionId: uuid,
  retryMode: z.enum(['FAILED_ACTIONS', 'ALL_ACTIONS']),
})
export const overrideStageCondition = z.object({
  pipelineName: name,
  stageName: name,
  pipelineExecutionId: uuid,
  conditionType: z.enum(['BEFORE_ENTRY', 'ON_SUCCESS']),
})
export const rollbackStage = z.object({ pipelineName: name, stageName: name, targetPipelineExecutionId: uuid })
export const enableStageTransition = z.object(transition)
export const disableStageTransition = z.object({
  ...transition,
  reason: z.string().regex(/^[a-zA-Z0-9!@ ().*?-]{1,300}$/),
})
