import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { createBuildRunner } from '../../../local/aws/codebuild/codebuild.ts'
import type { MessageView, Snapshot } from '../../../local/page/contract.ts'
import { ACCOUNT } from '../../../local/workspace/account.ts'
import type { Delivery, DeliverySettings } from '../../../local/workspace/delivery.ts'
import { asText } from '../../support/as-text.ts'
import { type BotWorkspace, openBotWorkspace } from '../../support/bot-workspace.ts'
import { tools } from '../../support/equipment.ts'
import { describeWith } from '../../support/needs.ts'
import { messagesIn } from '../../support/page-client.ts'
import { stillDelivery } from '../../support/still-delivery.ts'

/* Builds that no pipeline runs: started by the AWS API or from the page, shown by the bot. */

jest.setTimeout(60_000)

const ROUTES = new URL('outside.yml', import.meta.url)

/** By the version that is asked for. */
const COMMANDS: Record<string, string> = {
  good: 'echo fine',
  bad: 'echo "RangeError: -1 cents is no price"; exit 1',
  long: 'sleep 300',
}

const building = async (settings: DeliverySettings): Promise<Delivery> => {
  const { clock, aws, directory } = settings
  aws.builds.addProject('nightly', {
    ...ACCOUNT,
    directory: join(directory, 'builds'),
    checkOut: async (version = 'good', into) => {
      const command = COMMANDS[version]
      if (command === undefined) throw new Error(`There is no version ${version}`)
      await writeFile(
        join(into, 'buildspec.yml'),
        `version: 0.2\nphases: { build: { commands: [${JSON.stringify(command)}] } }\n`,
      )
    },
    build: createBuildRunner({
      directory: join(directory, 'builds'),
      tools,
      packageIndex: { prepare: () => Promise.resolve({}) },
      clock,
      commitIn: () => undefined,
      projects: { nightly: { buildspec: 'buildspec.yml', timeoutMs: 60_000 } },
      begin: aws.builds.begin,
      publish: aws.builds.publish,
      keepLine: aws.logs.put,
      logPage: ({ actionExecutionId }) => `${settings.url}/console/logs/${actionExecutionId}`,
    }),
  })
  return {
    ...(await stillDelivery(settings)),
    outside: {
      build: (arn) => {
        aws.builds.answer('StartBuild', { projectName: 'nightly' }, { ...ACCOUNT, arn })
        return Promise.resolve()
      },
    },
  }
}

await describeWith(['bash'], 'a build outside a pipeline', () => {
  let bot: BotWorkspace
  beforeAll(async () => {
    bot = await openBotWorkspace(ROUTES, building)
  })
  afterAll(() => bot.close())

  /** One call, as the AWS CLI sends it. */
  const call = async (operation: string, input: object) => {
    const response = await fetch(`${bot.url}/aws/`, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=dana/20261123/eu-west-1/codebuild/aws4_request',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `CodeBuild_20161006.${operation}`,
      },
      body: JSON.stringify(input),
    })
    return { status: response.status, body: (await response.json()) as Record<string, Record<string, unknown>> }
  }
  const start = async (sourceVersion: string) => {
    const { body } = await call('StartBuild', { projectName: 'nightly', sourceVersion })
    return String(body['build']?.['id'])
  }
  const wordsIn = (message: MessageView) => asText({ blocks: message.blocks as object[] })
  const cardIn = (snapshot: Snapshot, words: RegExp) =>
    messagesIn(snapshot, 'C0DEPLOYS').find((message) => message.threadTs === null && words.test(wordsIn(message)))
  /** Waits for a card with these words; returns all of its words. */
  const cardWith = async (words: RegExp): Promise<string> => {
    const snapshot = await bot.until((current) => cardIn(current, words) !== undefined)
    return wordsIn(cardIn(snapshot, words)!)
  }

  test('is shown while it runs, and with the cause if it fails; the next that succeeds ends the failure', async () => {
    const id = await start('bad')
    expect(id).toMatch(/^nightly:[0-9a-f-]{36}$/)
    const failed = await cardWith(/Build of <nightly> failed.*BUILD: .*RangeError: -1 cents is no price/s)
    expect(failed).toMatch(/Version bad · Started by dana/)
    expect((await call('BatchGetBuilds', { ids: [id] })).body['builds']).toMatchObject([
      { buildStatus: 'FAILED', initiator: 'dana', sourceVersion: 'bad' },
    ])
    const log = await fetch(`${bot.url}/console/logs/${id.split(':')[1]}`)
    expect(await log.text()).toContain('RangeError: -1 cents is no price')

    expect((await bot.post('/local/console/build', { userId: 'U0ANA' })).body).toEqual({ ok: true })
    expect(await cardWith(/✓ Build of <nightly>/)).toContain('Started by Console/ana')
  })

  test('can be stopped', async () => {
    const id = await start('long')
    await cardWith(/▶ Build of <nightly> is running.*Version long/s)
    expect((await call('StopBuild', { id })).status).toBe(200)
    await cardWith(/■ Build of <nightly>.*stopped.*Version long/s)
  })

  test('fails if its source cannot be read, and says why', async () => {
    await start('none')
    await cardWith(/failed.*There is no version none/s)
  })

  test('is refused for another project, and a pipeline’s, with a sentence', async () => {
    const answer = await call('StartBuild', { projectName: 'flask-app' })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({
      __type: 'ResourceNotFoundException',
      message: expect.stringContaining('The workspace builds nightly outside pipelines.'),
    })
    expect((await call('StopBuild', { id: 'nightly:none' })).body).toMatchObject({
      __type: 'ResourceNotFoundException',
    })
    expect((await call('StartBuild', {})).body).toMatchObject({ __type: 'InvalidInputException' })
  })
})
