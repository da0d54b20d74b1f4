import { EventEmitter, once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { jest } from '@jest/globals'
import { systemClock } from '../../../../functions/clock.ts'
import { AwsError } from '../../../../local/aws/aws-error.ts'
import { type InstanceGroup, createCodeDeploy } from '../../../../local/aws/codedeploy/codedeploy.ts'
import { tools } from '../../../support/equipment.ts'
import { describeWith } from '../../../support/needs.ts'
import { directoryWith, order, removeDirectories } from '../../../support/order.ts'
import { zippedBundle } from '../../../support/zipped-bundle.ts'

jest.setTimeout(60_000)

const CALLER = { accountId: '111122223333', region: 'eu-west-1' }
const NAMES = { applicationName: 'shop', deploymentGroupName: 'production' }

/** The error with this code, and this in its message. */
const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as unknown as Error

const opened: InstanceGroup[] = []
afterEach(() => Promise.all(opened.splice(0).map((group) => group.close())))
afterAll(removeDirectories)

/** CodeDeploy with the group shop/production, where `bundles` has the objects of its bucket. */
const service = async (bundles: Record<string, Uint8Array> = {}) => {
  const directory = await directoryWith()
  const told = new EventEmitter()
  const events: { detail: Record<string, string> }[] = []
  const codeDeploy = createCodeDeploy({
    now: () => 1_000_500,
    putEvent: (event) => {
      events.push(event as unknown as (typeof events)[0])
      told.emit('event')
    },
    read: (_bucket, key) => {
      const found = bundles[key]
      if (!found) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404)
      return found
    },
  })
  const group = await codeDeploy.openInstanceGroup({
    directory,
    port: 1,
    tools,
    packageIndex: { prepare: () => Promise.resolve({}) },
    clock: systemClock,
  })
  opened.push(group)
  codeDeploy.addGroup({ ...CALLER, ...NAMES, directory, group })
  const call = (operation: string, input: object, caller = CALLER) =>
    codeDeploy.answer(operation, input, caller) as Record<string, never>
  const create = (key: string, more: object = {}): string => {
    const revision = { revisionType: 'S3', s3Location: { bucket: 'bundles', key, bundleType: 'zip' } }
    return call('CreateDeployment', { ...NAMES, revision, ...more })['deploymentId']!
  }
  return {
    directory,
    group,
    events,
    call,
    create,
    info: (deploymentId: string) => call('GetDeployment', { deploymentId })['deploymentInfo']!,
    states: () => events.map(({ detail }) => detail['state']),
    /** Resolves when so many events have been sent. */
    sent: async (count: number) => {
      while (events.length < count) await once(told, 'event')
    },
  }
}

await describeWith(['bash'], 'a deployment that no pipeline created', () => {
  test('runs its bundle, and has the events and the data of CodeDeploy', async () => {
    const { create, sent, events, info, directory, call } = await service({ 'good.zip': zippedBundle({}) })
    const id = create('good.zip', { description: 'by hand' })
    expect(id).toMatch(/^d-[A-Z0-9]{9}$/)
    await sent(2)
    const [start, success] = events
    expect(start).toEqual({
      ...CALLER,
      source: 'aws.codedeploy',
      'detail-type': 'CodeDeploy Deployment State-change Notification',
      resources: [
        'arn:aws:codedeploy:eu-west-1:111122223333:application:shop',
        'arn:aws:codedeploy:eu-west-1:111122223333:deploymentgroup:shop/production',
      ],
      detail: {
        application: 'shop',
        deploymentGroup: 'production',
        deploymentId: id,
        instanceGroupId: expect.any(String) as string,
        region: 'eu-west-1',
        state: 'START',
      },
    })
    expect(success?.detail).toEqual({ ...start?.detail, state: 'SUCCESS' })
    expect(info(id)).toEqual({
      ...NAMES,
      deploymentId: id,
      status: 'Succeeded',
      revision: { revisionType: 'S3', s3Location: { bucket: 'bundles', key: 'good.zip', bundleType: 'zip' } },
      createTime: 1_000.5,
      startTime: 1_000.5,
      completeTime: 1_000.5,
      creator: 'user',
      description: 'by hand',
      computePlatform: 'Server',
    })
    expect(() => call('StopDeployment', { deploymentId: id })).toThrow('is already complete')
    await opened.splice(0)[0]?.close()
    expect(await readdir(join(directory, 'bundles'))).toEqual([])
  })

  test('fails with its cause, and another deployment rolls it back', async () => {
    const bundles = {
      'good.zip': zippedBundle({}),
      'bad.zip': zippedBundle({ AfterInstall: 'echo no database; exit 3' }),
    }
    const { create, sent, states, events, info, call } = await service(bundles)
    create('good.zip')
    await sent(2)
    const id = create('bad.zip')
    await sent(6)
    expect(states()).toEqual(['START', 'SUCCESS', 'START', 'FAILURE', 'START', 'SUCCESS'])
    expect(info(id)).toMatchObject({ status: 'Failed', errorInformation: { code: 'HEALTH_CONSTRAINTS' } })
    expect(call('ListDeploymentTargets', { deploymentId: id })).toEqual({ targetIds: ['local'] })
    expect(call('BatchGetDeploymentTargets', { deploymentId: id, targetIds: ['local'] })).toMatchObject({
      deploymentTargets: [
        {
          instanceTarget: {
            status: 'Failed',
            lifecycleEvents: expect.arrayContaining([
              {
                lifecycleEventName: 'AfterInstall',
                status: 'Failed',
                diagnostics: expect.objectContaining({
                  logTail: expect.stringContaining('no database') as string,
                }) as object,
              },
            ]) as object[],
          },
        },
      ],
    })
    const rollback = events[4]!.detail['deploymentId']!
    expect(info(rollback)).toMatchObject({
      status: 'Succeeded',
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
      revision: { s3Location: { key: 'good.zip' } },
    })
  })

  test('is alone in its group until it ends, and can be stopped with or without a rollback', async () => {
    const bundles = { 'good.zip': zippedBundle({}), 'long.zip': zippedBundle({ AfterInstall: 'sleep 300' }) }
    const { create, sent, states, info, call } = await service(bundles)
    create('good.zip')
    await sent(2)
    const id = create('long.zip')
    expect(() => create('good.zip')).toThrow(
      refusal('DeploymentLimitExceededException', `'production' already has an active Deployment '${id}'`),
    )
    await sent(3)
    expect(info(id)).toMatchObject({ status: 'InProgress' })
    expect(call('StopDeployment', { deploymentId: id, autoRollbackEnabled: false })).toMatchObject({
      status: 'Pending',
    })
    await sent(4)
    const other = create('long.zip')
    await sent(5)
    call('StopDeployment', { deploymentId: other })
    await sent(8)
    expect(states().slice(2)).toEqual(['START', 'STOP', 'START', 'STOP', 'START', 'SUCCESS'])
    expect(info(id)).toMatchObject({ status: 'Stopped', errorInformation: { code: 'MANUAL_STOP' } })
  })

  test.each([
    ['is not there', 'none.zip', 'The specified key does not exist.'],
    ['is no archive', 'text.zip', 'The bundle is not a zip archive'],
    ['leads out of itself', 'out.zip', 'The bundle has a file outside itself: ../out.txt'],
    ['has no appspec.yml', 'bare.zip', 'appspec.yml is not at the top of the bundle'],
  ])('fails in DownloadBundle if its bundle %s', async (_, key, message) => {
    const bundles = {
      'text.zip': new TextEncoder().encode('no zip'),
      'out.zip': zippedBundle({}, { '../out.txt': 'out' }),
      'bare.zip': zipSync({ 'readme.md': new Uint8Array() }),
    }
    const { create, sent, states, call } = await service(bundles)
    const id = create(key)
    await sent(2)
    expect(states()).toEqual(['START', 'FAILURE'])
    expect(JSON.stringify(call('BatchGetDeploymentTargets', { deploymentId: id }))).toContain(
      `"lifecycleEventName":"DownloadBundle","status":"Failed","diagnostics":{"scriptName":"","errorCode":"UnknownError","message":"${message}"`,
    )
  })

  test('of a pipeline has no events, and is in the API all the same', async () => {
    const { group, events, info } = await service()
    const outcome = await group.runner(order({ inputArtifacts: { Bundle: await directoryWith() } }))
    expect(outcome.status).toBe('Failed')
    expect(info(outcome.externalExecutionId!)).toMatchObject({ status: 'Failed', creator: 'user' })
    expect(events).toEqual([])
  })
})

describe('CreateDeployment refuses', () => {
  const S3 = { revisionType: 'S3', s3Location: { bucket: 'bundles', key: 'good.zip', bundleType: 'zip' } }
  const GOOD = { ...NAMES, revision: S3 }

  test.each<[string, object, string, string]>([
    ['no application', { ...GOOD, applicationName: undefined }, 'ApplicationNameRequiredException', 'name is required'],
    [
      'no group',
      { ...GOOD, deploymentGroupName: undefined },
      'DeploymentGroupNameRequiredException',
      'The deployment group name is required.',
    ],
    [
      'another application',
      { ...GOOD, applicationName: 'blog' },
      'ApplicationDoesNotExistException',
      'No application found for name: blog. The workspace deploys to shop/production outside pipelines',
    ],
    [
      'another group',
      { ...GOOD, deploymentGroupName: 'test' },
      'DeploymentGroupDoesNotExistException',
      'No Deployment Group found for name: test.',
    ],
    ['no revision', NAMES, 'RevisionRequiredException', 'The revision is required.'],
    [
      'a revision of GitHub',
      { ...NAMES, revision: { revisionType: 'GitHub', gitHubLocation: {} } },
      'InvalidRevisionException',
      'of the type S3 only',
    ],
    ['no location', { ...NAMES, revision: { revisionType: 'S3' } }, 'InvalidRevisionException', 'no s3Location'],
    [
      'a tar archive',
      { ...NAMES, revision: { revisionType: 'S3', s3Location: { ...S3.s3Location, bundleType: 'tar' } } },
      'InvalidRevisionException',
      'zip only, not tar',
    ],
    [
      'another configuration',
      { ...GOOD, deploymentConfigName: 'Slowly' },
      'DeploymentConfigDoesNotExistException',
      'No deployment configuration found for name: Slowly.',
    ],
    [
      'what the workspace does not do',
      { ...GOOD, fileExistsBehavior: 'OVERWRITE' },
      'UnsupportedActionForDeploymentTypeException',
      'does not offer fileExistsBehavior',
    ],
    ['a description of another type', { ...GOOD, description: 1 }, 'ValidationException', 'description: '],
  ])('%s', async (_, input, code, message) => {
    const { call } = await service()
    expect(() => call('CreateDeployment', input)).toThrow(refusal(code, message))
  })

  test('a group of another account or Region', async () => {
    const { call } = await service()
    const elsewhere = { ...CALLER, region: 'us-east-1' }
    expect(() => call('CreateDeployment', GOOD, elsewhere)).toThrow('The workspace deploys to none outside pipelines')
  })

  test('as StopDeployment does a deployment that does not exist', async () => {
    const { call } = await service()
    expect(() => call('StopDeployment', { deploymentId: 'd-NONE' })).toThrow(
      refusal('DeploymentDoesNotExistException', 'd-NONE could not be found'),
    )
    expect(() => call('StopDeployment', {})).toThrow('The deployment ID is required.')
  })
})
