import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CodeDeployClient, CreateDeploymentCommand, GetDeploymentCommand } from '@aws-sdk/client-codedeploy'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { jest } from '@jest/globals'
import type { MessageView, Snapshot } from '../../../local/page/contract.ts'
import { ACCOUNT } from '../../../local/workspace/account.ts'
import type { Delivery, DeliverySettings } from '../../../local/workspace/delivery.ts'
import { asText } from '../../support/as-text.ts'
import { type BotWorkspace, openBotWorkspace } from '../../support/bot-workspace.ts'
import { tools } from '../../support/equipment.ts'
import { describeWith } from '../../support/needs.ts'
import { messagesIn } from '../../support/page-client.ts'
import { stillDelivery } from '../../support/still-delivery.ts'
import { zippedBundle } from '../../support/zipped-bundle.ts'

/* Deployments that no pipeline created: created by the AWS SDK, shown by the bot. */

jest.setTimeout(60_000)

const ROUTES = new URL('outside.yml', import.meta.url)
const NAMES = { applicationName: 'shop', deploymentGroupName: 'production' }

/** A message appears 30 seconds after the first event: until then, a pipeline may claim the deployment. */
const UNCLAIMED_MS = 31_000

await describeWith(['bash'], 'a deployment outside a pipeline', () => {
  let bot: BotWorkspace
  let directory: string
  let clients: { s3: S3Client; codeDeploy: CodeDeployClient }

  const deploying = async (settings: DeliverySettings): Promise<Delivery> => {
    directory = join(settings.directory, 'instance')
    const { codeDeploy } = settings.aws
    const group = await codeDeploy.openInstanceGroup({
      directory,
      port: 1,
      tools,
      packageIndex: { prepare: () => Promise.resolve({}) },
      clock: settings.clock,
    })
    codeDeploy.addGroup({ ...ACCOUNT, ...NAMES, directory, group })
    return { ...(await stillDelivery(settings)), close: () => group.close() }
  }

  beforeAll(async () => {
    bot = await openBotWorkspace(ROUTES, deploying)
    const client = {
      region: 'eu-west-1',
      endpoint: `${bot.url}/aws`,
      credentials: { accessKeyId: 'dana', secretAccessKey: 'any' },
    }
    clients = { s3: new S3Client({ ...client, forcePathStyle: true }), codeDeploy: new CodeDeployClient(client) }
  })
  afterAll(async () => {
    clients.s3.destroy()
    clients.codeDeploy.destroy()
    await bot.close()
  })

  const create = async (key: string, hooks: Record<string, string>): Promise<string> => {
    const location = { Bucket: ACCOUNT.artifactBucket, Key: key }
    await clients.s3.send(new PutObjectCommand({ ...location, Body: zippedBundle(hooks) }))
    const s3Location = { bucket: location.Bucket, key, bundleType: 'zip' as const }
    const revision = { revisionType: 'S3' as const, s3Location }
    const { deploymentId } = await clients.codeDeploy.send(new CreateDeploymentCommand({ ...NAMES, revision }))
    return deploymentId!
  }

  const infoOf = async (deploymentId: string) =>
    (await clients.codeDeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo

  const ended = async (deploymentId: string): Promise<void> => {
    while ((await infoOf(deploymentId))?.completeTime === undefined) await pause(20)
  }

  const wordsIn = (message: MessageView) => asText({ blocks: message.blocks as object[] })
  const cardIn = (snapshot: Snapshot, words: RegExp) =>
    messagesIn(snapshot, 'C0DEPLOYS').find((message) => message.threadTs === null && words.test(wordsIn(message)))
  /** Waits for a card with these words; returns all of its words. */
  const cardWith = async (words: RegExp): Promise<string> => {
    const snapshot = await bot.until((current) => cardIn(current, words) !== undefined)
    return wordsIn(cardIn(snapshot, words)!)
  }

  test('is shown while it runs, and when it has succeeded', async () => {
    const deploymentId = await create('good.zip', { AfterInstall: 'until test -e go; do sleep 0.1; done' })
    await bot.pass(UNCLAIMED_MS)
    await cardWith(/▶ Deployment of <shop> to production is running/)
    await writeFile(join(directory, 'root', 'go'), '')
    expect(await cardWith(/✓ Deployment of <shop>/)).toContain('good.zip')
    expect(await infoOf(deploymentId)).toMatchObject({ ...NAMES, status: 'Succeeded', creator: 'user' })
  })

  test('is shown with its cause if it fails, and its rollback as one', async () => {
    await ended(await create('bad.zip', { ValidateService: 'echo "GET / answers 502"; exit 1' }))
    await bot.pass(UNCLAIMED_MS)
    await cardWith(
      /✗ Deployment of <shop> to production failed.*ValidateService on local.*exit code 1.*GET \/ answers 502/s,
    )
    expect(await cardWith(/rollback|rolled back/i)).toContain('good.zip')
  })

  test('is refused with the error of the SDK', async () => {
    const revision = { revisionType: 'S3' as const, s3Location: { bucket: 'b', key: 'k' } }
    const asked = { ...NAMES, applicationName: 'blog', revision }
    await expect(clients.codeDeploy.send(new CreateDeploymentCommand(asked))).rejects.toMatchObject({
      name: 'ApplicationDoesNotExistException',
      message: expect.stringContaining('The workspace deploys to shop/production outside pipelines') as string,
    })
  })
})
