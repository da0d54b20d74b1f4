import { z } from 'zod'
import { validated } from './validation.ts'

/*
 * The structure of a pipeline as CreatePipeline takes it. Limits and patterns are those of the service model (AWS
 * CodePipeline API Reference, "PipelineDeclaration"). Fields that the engine does not use (triggers, commands,
 * encryption keys …) are kept, so that GetPipeline returns them unchanged.
 */

const name = z.string().regex(/^[A-Za-z0-9.@\-_]{1,100}$/, 'must be 1 to 100 of A-Z a-z 0-9 . @ - _')
const artifactName = z.string().regex(/^[a-zA-Z0-9_-]{1,100}$/, 'must be 1 to 100 of A-Z a-z 0-9 _ -')
const artifact = z.looseObject({ name: artifactName })

const actionDeclaration = z.looseObject({
  name,
  actionTypeId: z.object({
    category: z.enum(['Source', 'Build', 'Deploy', 'Test', 'Invoke', 'Approval', 'Compute']),
    owner: z.enum(['AWS', 'ThirdParty', 'Custom']),
    provider: z.string().regex(/^[0-9A-Za-z_-]{1,35}$/),
    version: z.string().regex(/^[0-9A-Za-z_-]{1,9}$/),
  }),
  runOrder: z.int().min(1).max(999).default(1),
  configuration: z.record(z.string().min(1).max(50), z.string().min(1).max(1000)).default({}),
  inputArtifacts: z.array(artifact).default([]),
  outputArtifacts: z.array(artifact).default([]),
  region: z.string().min(4).max(30).optional(),
  roleArn: z.string().max(1024).optional(),
  namespace: z
    .string()
    .regex(/^[A-Za-z0-9@\-_]{1,100}$/)
    .optional(),
  timeoutInMinutes: z.int().min(5).max(86_400).optional(),
})

const ruleDeclaration = z.looseObject({
  name,
  ruleTypeId: z.object({
    category: z.literal('Rule'),
    owner: z.literal('AWS').default('AWS'),
    provider: z.string().regex(/^[0-9A-Za-z_-]{1,35}$/),
    version: z
      .string()
      .regex(/^[0-9A-Za-z_-]{1,9}$/)
      .default('1'),
  }),
  configuration: z.record(z.string().min(1).max(50), z.string().min(1).max(10_000)).default({}),
})

const condition = z.looseObject({
  result: z.enum(['ROLLBACK', 'FAIL', 'RETRY', 'SKIP']).optional(),
  rules: z.array(ruleDeclaration).min(1).max(5),
})
const conditions = z.array(condition).length(1)

const stageDeclaration = z.looseObject({
  name,
  actions: z.array(actionDeclaration).min(1).max(50),
  beforeEntry: z.looseObject({ conditions }).optional(),
  onSuccess: z.looseObject({ conditions }).optional(),
  onFailure: z
    .looseObject({
      result: z.enum(['ROLLBACK', 'FAIL', 'RETRY', 'SKIP']).optional(),
      retryConfiguration: z.looseObject({ retryMode: z.enum(['FAILED_ACTIONS', 'ALL_ACTIONS']).optional() }).optional(),
      conditions: conditions.optional(),
    })
    .optional(),
})

export const pipelineDeclaration = z.looseObject({
  name,
  roleArn: z
    .string()
    .max(1024)
    .regex(/^arn:aws(-\w+)*:iam::[0-9]{12}:role\/.*$/),
  artifactStore: z
    .looseObject({ type: z.literal('S3'), location: z.string().regex(/^[a-zA-Z0-9\-.]{3,63}$/) })
    .optional(),
  artifactStores: z
    .record(z.string().min(4).max(30), z.looseObject({ type: z.literal('S3'), location: z.string() }))
    .optional(),
  stages: z.array(stageDeclaration).max(50),
  version: z.int().min(1).default(1),
  executionMode: z.enum(['SUPERSEDED', 'QUEUED', 'PARALLEL']).default('SUPERSEDED'),
  pipelineType: z.enum(['V1', 'V2']).default('V1'),
  variables: z
    .array(
      z.looseObject({
        name: z.string().regex(/^[A-Za-z0-9@\-_]{1,128}$/),
        defaultValue: z.string().min(1).max(1000).optional(),
      }),
    )
    .max(50)
    .default([]),
})

/** A pipeline's structure with every default filled in. */
export type PipelineDeclaration = z.output<typeof pipelineDeclaration>
export type StageDeclaration = PipelineDeclaration['stages'][number]
export type Condition = z.output<typeof condition>
export type RuleDeclaration = z.output<typeof ruleDeclaration>
export type ActionDeclaration = StageDeclaration['actions'][number]

/** Reads a pipeline's structure as a person or a template writes it. Throws a ValidationException that lists every fault. */
export const parsePipeline = (source: unknown): PipelineDeclaration => validated(pipelineDeclaration, source)

/** `Category/Provider`, by which runners are found. */
export const actionKind = (action: ActionDeclaration): string =>
  `${action.actionTypeId.category}/${action.actionTypeId.provider}`

export const isApproval = (action: ActionDeclaration): boolean => actionKind(action) === 'Approval/Manual'
