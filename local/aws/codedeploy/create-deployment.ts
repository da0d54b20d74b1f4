import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ownEntry } from '../../../functions/own-entry.ts'
import { AwsError } from '../aws-error.ts'
import type { InstanceGroup } from './instance-group.ts'
import type { GroupNames, S3Location } from './instance-deployment.ts'
import type { InstanceDeployments } from './instance-deployments.ts'
import { unpackBundle } from './unpack-bundle.ts'

/** A deployment group that CreateDeployment deploys to. */
export interface CreatableGroup extends GroupNames {
  accountId: string
  region: string
  /** The directory of its work. */
  directory: string
  group: Pick<InstanceGroup, 'id' | 'deploy'>
}

/** Who calls, and where. */
export interface DeploymentCaller {
  accountId: string
  region: string
}

const named = (noun: string, code: string) => z.string(`${code}: The ${noun} name is required.`)

const CREATE = z.object({
  applicationName: named('application', 'ApplicationNameRequiredException'),
  deploymentGroupName: named('deployment group', 'DeploymentGroupNameRequiredException'),
  revision: z.object(
    {
      revisionType: z.string().optional(),
      s3Location: z
        .object({ bucket: z.string().min(1), key: z.string().min(1), bundleType: z.string().optional() })
        .optional(),
    },
    'RevisionRequiredException: The revision is required.',
  ),
  deploymentConfigName: z.string().optional(),
  description: z.string().optional(),
  ignoreApplicationStopFailures: z.boolean().optional(),
})

const STOP = z.object({
  deploymentId: z.string('DeploymentIdRequiredException: The deployment ID is required.'),
  autoRollbackEnabled: z.boolean().optional(),
})

/** What CreateDeployment takes in an account, and the workspace's does not do. */
const NOT_OFFERED = [
  'autoRollbackConfiguration',
  'fileExistsBehavior',
  'overrideAlarmConfiguration',
  'targetInstances',
  'updateOutdatedInstancesOnly',
]

/** For one instance, all of them do the same. */
const CONFIGURATIONS = ['AllAtOnce', 'HalfAtATime', 'OneAtATime'].map((name) => `CodeDeployDefault.${name}`)

/**
 * CreateDeployment and StopDeployment (AWS CodeDeploy API Reference), for the deployment groups on this machine. Both
 * answer at once; GetDeployment and the events of EventBridge tell how the deployment goes.
 *
 * @param options.read an object of S3. Throws an AwsError.
 */
export const createCreateDeployment = ({
  deployments,
  read,
}: {
  deployments: InstanceDeployments
  read: (bucket: string, key: string) => Uint8Array
}) => {
  const groups: CreatableGroup[] = []

  const groupOf = ({ accountId, region }: DeploymentCaller, names: GroupNames): CreatableGroup => {
    const { applicationName, deploymentGroupName } = names
    const here = groups.filter((group) => group.accountId === accountId && group.region === region)
    const offered = here.map((group) => `${group.applicationName}/${group.deploymentGroupName}`).join(', ') || 'none'
    const only = `The workspace deploys to ${offered} outside pipelines in ${accountId}, ${region}.`
    const ofApplication = here.filter((group) => group.applicationName === applicationName)
    if (ofApplication.length === 0)
      throw new AwsError(
        'ApplicationDoesNotExistException',
        `No application found for name: ${applicationName}. ${only}`,
      )
    const found = ofApplication.find((group) => group.deploymentGroupName === deploymentGroupName)
    if (found) return found
    throw new AwsError(
      'DeploymentGroupDoesNotExistException',
      `No Deployment Group found for name: ${deploymentGroupName}. ${only}`,
    )
  }

  return {
    addGroup: (group: CreatableGroup): void => void groups.push(group),
    operations: {
      CreateDeployment: (input: unknown, caller: DeploymentCaller): object => {
        const asked = parsed(CREATE, input)
        const { group, directory, ...names } = groupOf(caller, asked)
        const revision = locationOf(asked.revision)
        requireOffered(input, asked.deploymentConfigName)
        const active = deployments.ofGroup(group.id).find(({ endedAt }) => endedAt === null)
        if (active)
          throw new AwsError(
            'DeploymentLimitExceededException',
            `The Deployment Group '${names.deploymentGroupName}' already has an active Deployment '${active.id}'`,
          )
        const { description, ignoreApplicationStopFailures } = asked
        const deploymentId = group.deploy({
          ...names,
          revision,
          description,
          ignoreApplicationStopFailures,
          bundle: async (id) => {
            const into = join(directory, 'bundles', id)
            await mkdir(into, { recursive: true })
            await unpackBundle(read(revision.bucket, revision.key), into)
            return into
          },
          ended: (id) => rm(join(directory, 'bundles', id), { recursive: true, force: true, maxRetries: 3 }),
        })
        return { deploymentId }
      },
      StopDeployment: (input: unknown): object => {
        const { deploymentId, autoRollbackEnabled = true } = parsed(STOP, input)
        const deployment = deployments.find(deploymentId)
        if (!deployment)
          throw new AwsError('DeploymentDoesNotExistException', `The deployment ${deploymentId} could not be found`)
        if (deployment.endedAt !== null)
          throw new AwsError(
            'DeploymentAlreadyCompletedException',
            `The deployment ${deploymentId} is already complete`,
          )
        deployment.rollsBackIfStopped = autoRollbackEnabled
        deployment.stop.abort()
        return { status: 'Pending', statusMessage: 'The deployment is being stopped.' }
      },
    } satisfies Record<string, (input: unknown, caller: DeploymentCaller) => object>,
  }
}

const invalid = (message: string) => new AwsError('InvalidRevisionException', message)

const locationOf = ({ revisionType = 'S3', s3Location }: z.output<typeof CREATE>['revision']): S3Location => {
  if (revisionType !== 'S3')
    throw invalid(`The workspace deploys revisions of the type S3 only, and this one has the type ${revisionType}.`)
  if (!s3Location) throw invalid('The revision has no s3Location.')
  const { bucket, key, bundleType = 'zip' } = s3Location
  if (bundleType !== 'zip') throw invalid(`The workspace unpacks bundles of the type zip only, not ${bundleType}.`)
  return { bucket, key, bundleType }
}

const requireOffered = (input: unknown, configuration: string | undefined): void => {
  const unknown = NOT_OFFERED.find((name) => ownEntry(input as Record<string, unknown>, name) !== undefined)
  if (unknown !== undefined)
    throw new AwsError(
      'UnsupportedActionForDeploymentTypeException',
      `The workspace does not offer ${unknown} of CreateDeployment.`,
    )
  if (configuration !== undefined && !CONFIGURATIONS.includes(configuration))
    throw new AwsError(
      'DeploymentConfigDoesNotExistException',
      `No deployment configuration found for name: ${configuration}. The workspace has ${CONFIGURATIONS.join(', ')}.`,
    )
}

/** A message of a schema that begins with the name of an error is that error. */
const parsed = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [, code, message] = /^(\w+Exception): (.*)$/.exec(result.error.issues[0]?.message ?? '') ?? []
  if (code !== undefined && message !== undefined) throw new AwsError(code, message)
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new AwsError('ValidationException', problems.join('; '))
}
