import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2, SQSBatchResponse } from 'aws-lambda'
import { approvalId } from '../../functions/domain/approval-id.ts'
import { answerByFunction } from '../../local/aws/apigateway/apigateway.ts'
import { snsEvent } from '../../local/aws/sns/sns.ts'
import { listen } from '../../local/http-server.ts'
import { signedHeaders } from '../../local/slack/interactions.ts'
import { previousRelease } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { decided, form } from '../support/slack-payload.ts'
import { awsWithPipelines } from './aws-with-pipelines.ts'
import { ACCOUNT, openInstallation, REGION, type Installation } from './installation.ts'
import { BOT_TOKEN, SIGNING_SECRET } from './installed-slack.ts'
import { copyAt, deployRelease, type Release } from './release.ts'
import type { Project } from './serverless.ts'

/*
 * The previous release, then this one, then the previous again, in one account: with approvals that wait, decided ones
 * whose entries are filed, and a full queue at each change. The functions run from the deployed packages.
 */

await describeWith(['previous release'], 'an upgrade, and the way back', () => {
  const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:greenlight-prod-ApprovalTopic`

  const ROUTES = `
defaults: { approvals: C0RELEASES, status: C0DEPLOYS }
routes:
  - match: { pipeline: '*' }
    approvers: [{ name: both, people: [U0DANA, U0ELI], count: 2 }]
`

  let installation: Installation
  let pipelines: Awaited<ReturnType<typeof awsWithPipelines>>
  let slack: Awaited<ReturnType<typeof listen>>
  let previousProject: Project
  let release: Release
  const releases: Release[] = []
  let isOutage = false
  /** Messages that were posted into a channel and not into a thread, by what they say. */
  const posted: string[] = []
  const tokens = new Map<string, string>()

  beforeAll(async () => {
    installation = await openInstallation()
    pipelines = await awsWithPipelines(installation.connection.endpoint)
    slack = await listen(async (request) => {
      if (isOutage) return new Response('', { status: 503 })
      const method = new URL(request.url).pathname.split('/').at(-1) ?? ''
      const body = await request.text()
      const answer = await fetch(`${installation.slack.url}${method}`, {
        method: 'POST',
        headers: Object.fromEntries(
          ['authorization', 'content-type'].map((name) => [name, request.headers.get(name) ?? '']),
        ),
        body,
      })
      const said = new URLSearchParams(body)
      if (method === 'chat.postMessage' && !said.has('thread_ts') && said.get('channel') === 'C0RELEASES')
        posted.push(said.get('text') ?? '')
      return new Response(await answer.text(), { headers: { 'content-type': 'application/json' } })
    }, 0)
    previousProject = await copyAt((await previousRelease()).commit, {
      AWS_ENDPOINT_URL: installation.connection.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    })
    for (const { directory } of [previousProject, installation.project])
      await writeFile(join(directory, 'greenlight.yml'), ROUTES)
    const ssm = new SSMClient(installation.connection)
    for (const [name, Value] of [
      ['bot-token', BOT_TOKEN],
      ['signing-secret', SIGNING_SECRET],
    ] as const)
      await ssm.send(new PutParameterCommand({ Name: `/greenlight/prod/slack/${name}`, Type: 'SecureString', Value }))
  })
  afterAll(async () => {
    await releases.at(-1)?.end()
    await Promise.all([pipelines.close(), slack.close(), previousProject.dispose()])
    await installation.close()
  })

  const deploy = async (project: Project, params: readonly string[] = []): Promise<void> => {
    await releases.at(-1)?.end()
    release = await deployRelease(
      installation,
      project,
      {
        AWS_ENDPOINT_URL: pipelines.url,
        SLACK_API_URL: `${slack.url}/`,
      },
      params,
    )
    releases.push(release)
  }

  /** SNS and EventBridge deliver what CodePipeline said. */
  const deliver = async (): Promise<void> => {
    for (const notice of pipelines.notices.splice(0)) {
      tokens.set(notice.approval.pipelineName, notice.approval.token)
      const message = { topicArn: TOPIC, messageId: 'm', message: JSON.stringify(notice), subject: null }
      await release.invoke('approval-requested', snsEvent(message, Date.now()))
    }
    for (const event of pipelines.events.splice(0))
      try {
        await release.invoke('pipeline-changed', event)
      } catch (error) {
        if (!isOutage) throw error
        // Lambda invokes the function with it again.
        pipelines.events.push(event)
      }
  }

  const sqs = (): SQSClient => new SQSClient(installation.connection)

  const attributes = async (QueueUrl: string | undefined, ...names: 'ApproximateNumberOfMessagesDelayed'[]) =>
    (await sqs().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names }))).Attributes

  /** Lambda polls the queue until nothing waits in it, now or later. Returns how many messages were performed. */
  const drain = async (): Promise<number> => {
    const { Effects: QueueUrl } = await installation.resources()
    let performed = 0
    for (;;) {
      const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
      if (Messages.length === 0) {
        const delayed = await attributes(QueueUrl, 'ApproximateNumberOfMessagesDelayed')
        if (delayed?.['ApproximateNumberOfMessagesDelayed'] === '0') return performed
        await new Promise((resolve) => setTimeout(resolve, 100))
        continue
      }
      const Records = Messages.map(({ MessageId, Body }) => ({
        messageId: MessageId,
        body: Body,
        eventSource: 'aws:sqs',
      }))
      const { batchItemFailures } = (await release.invoke('effect-due', { Records })) as SQSBatchResponse
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      for (const { MessageId = '', ReceiptHandle } of Messages)
        if (failed.has(MessageId))
          // It is visible again at once. SQS moves it to the dead-letter queue when it was received too often.
          await sqs().send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
        else {
          await sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
          performed++
        }
    }
  }

  /** The effects in the dead-letter queue of effect-due. */
  const deadEffects = async (): Promise<string[]> => {
    const { EffectDueDead: QueueUrl } = await installation.resources()
    const found: string[] = []
    for (;;) {
      const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
      if (Messages.length === 0) return found
      for (const { Body = '' } of Messages) found.push((JSON.parse(Body) as { effect: { do: string } }).effect.do)
    }
  }

  /** What its functions reported as failed, except that Slack or CodePipeline answered 503. */
  const faultsOf = ({ log }: Release) =>
    // As a word: IDs and times have these digits by chance.
    log.filter(({ level, ...rest }) => level === 'ERROR' && !/\b503\b/.test(JSON.stringify(rest)))

  const aMinutePasses = async (): Promise<void> => {
    await release.invoke('minute-passed', {})
    await deliver()
    await drain()
  }

  /** A function that runs out of time leaves the rest to the next minutes, whose sweep finds what is due. */
  const minutesPassUntil = async (isDone: () => boolean): Promise<void> => {
    const end = Date.now() + 150_000
    for (await aMinutePasses(); !isDone() && Date.now() < end; await aMinutePasses())
      await new Promise((resolve) => setTimeout(resolve, 5_000))
  }

  const request = async (...names: string[]): Promise<void> => {
    for (const name of names) pipelines.createPipeline(name)
    while (names.some((name) => pipelines.statusOf(name) !== 'InProgress')) await new Promise(setImmediate)
    await deliver()
  }

  const approve = async (pipeline: string, userId: string): Promise<void> => {
    const body = form(decided('approve', approvalId(ACCOUNT, REGION, tokens.get(pipeline)!), '', userId))
    const api = {
      account: ACCOUNT,
      stage: '$default',
      handle: (event: APIGatewayProxyEventV2) =>
        release.invoke('button-clicked', event) as Promise<APIGatewayProxyResultV2>,
      now: Date.now,
      failed: (error: unknown) => {
        throw error
      },
    }
    const response = await answerByFunction(
      api,
      new Request('https://greenlight.example/slack/events', {
        method: 'POST',
        headers: signedHeaders(SIGNING_SECRET, Date.now(), body),
        body,
      }),
    )
    expect(response.status).toBe(200)
    await deliver()
  }

  const timesRequested = (pipeline: string): number => posted.filter((said) => said.includes(pipeline)).length

  type Entry = Record<string, unknown>

  /** The audit record, which the command verifies. */
  const entries = async (): Promise<Entry[]> => {
    const { out, err, exitCode } = await installation.greenlight(['audit', '--from', '2026-01-01'])
    expect([exitCode, err]).toEqual([0, expect.any(String)])
    return out
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Entry)
  }

  /** Slack and CodePipeline refuse while `used` runs, so that what has to be requested and shown waits in the queue. */
  const duringAnOutage = async (used: () => Promise<void>): Promise<void> => {
    isOutage = true
    pipelines.setDown(true)
    try {
      await used()
    } finally {
      isOutage = false
      pipelines.setDown(false)
    }
  }

  let filedBefore: Entry[]

  test('the previous release is deployed, and used', async () => {
    await deploy(previousProject)
    await previousProject.keepArchives()
    await request('decided-before', 'one-vote-before', 'waits-before')
    await approve('decided-before', 'U0DANA')
    await approve('decided-before', 'U0ELI')
    await approve('one-vote-before', 'U0DANA')
    await drain()
    await aMinutePasses()
    expect(pipelines.verdicts).toEqual(['decided-before'])
    expect(posted).toHaveLength(3)
    filedBefore = await entries()
    expect(filedBefore.length).toBeGreaterThan(5)
  })

  test('its queue is full when this release is deployed', async () => {
    await duringAnOutage(async () => {
      await request('queued-1', 'queued-2', 'queued-3', 'queued-4')
    })
    expect(timesRequested('queued-')).toBe(0)
    await deploy(installation.project)
    expect(await drain()).toBeGreaterThanOrEqual(4)
    await aMinutePasses()
    for (const name of ['queued-1', 'queued-2', 'queued-3', 'queued-4'])
      expect([name, timesRequested(name)]).toEqual([name, 1])
  })

  test('this release counts the votes of the previous one, and requests nothing twice', async () => {
    await approve('one-vote-before', 'U0ELI')
    await approve('waits-before', 'U0DANA')
    await approve('waits-before', 'U0ELI')
    await approve('queued-1', 'U0DANA')
    await drain()
    await minutesPassUntil(() => pipelines.verdicts.length >= 3)
    expect(pipelines.verdicts).toEqual(['decided-before', 'one-vote-before', 'waits-before'])
    expect(posted).toHaveLength(7)
  })

  test('no entry of the previous release is lost or changed', async () => {
    const now = await entries()
    expect(now).toEqual(expect.arrayContaining(filedBefore))
    expect(now.length).toBeGreaterThan(filedBefore.length)
    filedBefore = now
  })

  test('the queue of this release is full when the previous one is deployed again', async () => {
    await duringAnOutage(async () => {
      await request('queued-after')
    })
    await deploy(previousProject)
    await drain()
    await aMinutePasses()
    expect(timesRequested('queued-after')).toBe(1)
    // docs/upgrade.md says so. The notification tells of the same approval.
    expect(new Set(await deadEffects())).toEqual(new Set(['find-approval']))
  })

  test('the previous release goes on with what this one began', async () => {
    await approve('queued-1', 'U0ELI')
    await approve('queued-after', 'U0DANA')
    await approve('queued-after', 'U0ELI')
    await drain()
    await minutesPassUntil(() => pipelines.announced.length >= 5 && posted.length >= 8)
    expect(pipelines.verdicts.slice(3)).toEqual(['queued-1', 'queued-after'])
    expect(pipelines.announced).toHaveLength(5)
    expect(posted).toHaveLength(8)
    expect(await entries()).toEqual(expect.arrayContaining(filedBefore))
  })

  test('the doctor of this release says that the stack has the previous one', async () => {
    const { out } = await installation.greenlight(['doctor'])
    expect(out).toContain(`The stack has version ${(await previousRelease()).version} of Greenlight`)
  })

  test('no function reported another fault', () => {
    const couldNotRead = /queued effect is not in the documented shape: effect\.do/
    const faults = releases.map((one) => faultsOf(one).map(({ error }) => String(error)))
    expect(faults.map((errors) => errors.filter((error) => !couldNotRead.test(error)))).toEqual([[], [], []])
    expect(faults.map((errors) => errors.some((error) => couldNotRead.test(error)))).toEqual([false, false, true])
  })
})
