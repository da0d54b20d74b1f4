import { jest } from '@jest/globals'
import {
  CodePipelineClient,
  GetPipelineStateCommand,
  ListPipelinesCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readKey } from '../../../functions/aws/kms.ts'
import { systemClock } from '../../../functions/clock.ts'
import { runGreenlight } from '../../cli/scripted-terminal.ts'
import { assumeRole } from '../../../functions/aws/assume-role.ts'
import { usesSoFar } from '../../../local/rights-used.ts'
import { functionRoleArn } from '../../../local/workspace/function-roles.ts'
import { ACCOUNT, JOINED_ACCOUNT } from '../../../local/workspace/account.ts'
import { botStack } from '../../../local/workspace/bot-stack.ts'
import { openDoors } from '../../../local/workspace/open-doors.ts'
import type { MessageView, Snapshot } from '../../../local/page/contract.ts'
import { openWorkspace, type Workspace } from '../../../local/workspace/workspace.ts'
import { blockWith, formValues, messagesIn, pageClient } from '../../support/page-client.ts'
import { stillDelivery } from '../../support/still-delivery.ts'
import { accessKeySecret, botToken, signingSecret } from '../../support/secret.ts'

jest.setTimeout(60_000)

let workspace: Workspace
beforeAll(async () => {
  workspace = await openWorkspace({
    port: 0,
    botToken: botToken('accounts'),
    signingSecret: signingSecret(),
    slackPatienceMs: 30_000,
    openDelivery: stillDelivery,
    openJoinedDelivery: async (settings) => {
      const delivery = await stillDelivery(settings)
      const named = JSON.stringify(delivery.pipeline)
        .replaceAll(ACCOUNT.approvalTopicArn, JOINED_ACCOUNT.approvalTopicArn)
        .replaceAll('flask-app', 'reports')
      return { ...delivery, pipeline: JSON.parse(named) as typeof delivery.pipeline }
    },
    openDoors,
    openPage: () => Promise.resolve({ html: '', assets: {} }),
  })
})
afterAll(() => workspace.close())

const RELEASES = 'C0RELEASES'
const { accountId } = JOINED_ACCOUNT
const where = { pipelineName: 'reports', stageName: 'Production', actionName: 'Approve' }

const page = () => pageClient(workspace.url)
const reports = (snapshot: Snapshot) => snapshot.pipelines.find((one) => one.accountId === accountId)
const approvalIn = (snapshot: Snapshot) =>
  reports(snapshot)
    ?.executions[0]?.stages.flatMap(({ actions }) => actions)
    .find(({ name }) => name === 'Approve')
const question = (snapshot: Snapshot): MessageView | undefined =>
  messagesIn(snapshot, RELEASES).findLast(
    (message) => message.text.includes('reports') && blockWith(message, 'approve'),
  )

/** Pushes to the second account's pipeline and waits until approval is requested. */
const ask = async () => {
  expect(await page().post('/local/push', { userId: 'U0ANA', accountId, kind: 'good' })).toMatchObject({ status: 200 })
  const snapshot = await page().seen((current) => question(current) !== undefined)
  return { message: question(snapshot)!, token: approvalIn(snapshot)!.approval!.token }
}

/** Dana approves, without a comment. */
const approve = async (message: MessageView): Promise<void> => {
  const place = { channelId: RELEASES, ts: message.ts, userId: 'U0DANA' }
  const { block_id: blockId } = blockWith(message, 'approve')!
  await page().post('/local/slack/click', { ...place, blockId, actionId: 'approve' })
  const { modals } = await page().seen((current) => current.modals.length > 0)
  const submission = { userId: 'U0DANA', viewId: modals[0]!.viewId, values: formValues(modals[0]!) }
  await page().post('/local/slack/submit', submission)
}

const client = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }, region: string) =>
  new CodePipelineClient({ endpoint: `${workspace.url}/aws`, region, credentials, maxAttempts: 1 })

const BOT = { accessKeyId: ACCOUNT.botAccessKeyId, secretAccessKey: accessKeySecret() }

/** The credentials that the bot gets for a role of the second account. */
const session = (role: 'reader' | 'decider', externalId: string = JOINED_ACCOUNT.externalId) =>
  assumeRole(
    { region: ACCOUNT.region, endpoint: `${workspace.url}/aws`, credentials: BOT },
    { arn: `arn:aws:iam::${accountId}:role/greenlight-prod-us-east-1-${role}`, externalId, isJoined: true },
    { sessionName: 'a-test', sourceIdentity: null, now: Date.now() },
  )

test('an approval in the second account is requested, approved in Slack and deployed, by a session of the decider role', async () => {
  const { message } = await ask()
  expect(JSON.stringify(message.blocks)).toContain('shop-data')
  expect(JSON.stringify(message.blocks)).toContain('us-east-1')
  await approve(message)
  const done = await page().seen((current) => reports(current)?.executions[0]?.status === 'Succeeded')
  expect(approvalIn(done)).toMatchObject({ status: 'Succeeded' })
  expect(reports(done)).toMatchObject({ accountName: 'shop-data', region: 'us-east-1' })
  const shown = await page().seen(
    (current) =>
      messagesIn(current, RELEASES)
        .find(({ ts }) => ts === message.ts)
        ?.text.includes('Live') ?? false,
  )
  expect(question(shown)).toBeUndefined()
  const { actionStates } = (
    await client(await session('reader'), JOINED_ACCOUNT.region).send(new GetPipelineStateCommand({ name: 'reports' }))
  ).stageStates![2]!
  expect(actionStates?.[0]?.latestExecution?.lastUpdatedBy).toBe(
    `arn:aws:sts::${accountId}:assumed-role/greenlight-prod-us-east-1-decider/U0DANA`,
  )
})

test('the deployment in the second account has an attestation beside its artifact, which anyone verifies offline', async () => {
  const credentials = { accessKeyId: 'auditor', secretAccessKey: 'any' }
  const reach = { endpoint: `${workspace.url}/aws`, region: ACCOUNT.region, credentials }
  const s3 = new S3Client({ ...reach, forcePathStyle: true })
  const Bucket = ACCOUNT.artifactBucket
  const announced = async () => (await fetch(`${workspace.url}/local/announcements`)).json() as Promise<unknown[]>
  while ((await announced()).length === 0) await pause(50)
  await workspace.settled()
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'attestations/reports/' }))
  const [{ Key }] = Contents as [{ Key: string }]
  const read = async (name: string) => (await s3.send(new GetObjectCommand({ Bucket, Key: name }))).Body!
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-attested-'))
  const at = (name: string) => join(folder, name)
  const key = async (name: string, arn: string) =>
    writeFile(at(name), (await readKey(reach, arn, systemClock)).key.export({ type: 'spki', format: 'pem' }))
  const text = await (await read(Key)).transformToString()
  const { subject } = JSON.parse(
    Buffer.from((JSON.parse(text) as { payload: string }).payload, 'base64').toString(),
  ) as {
    subject: { uri: string }[]
  }
  const artifact = await (await read(subject[0]!.uri.slice(`s3://${Bucket}/`.length))).transformToByteArray()
  await Promise.all([
    writeFile(at('attestation'), text),
    writeFile(at('artifact'), artifact),
    key('own.pem', ACCOUNT.attestationKeyArn),
    key('votes.pem', ACCOUNT.signingKeyArn),
  ])
  const argv = ['verify', at('attestation'), '--key', at('own.pem'), '--signing-key', at('votes.pem')]
  const { out, err, exitCode } = await runGreenlight([...argv, '--artifact', at('artifact')])
  await rm(folder, { recursive: true, force: true })
  expect([exitCode, err]).toEqual([0, ''])
  expect(out).toContain(`reports, Production, Approve in ${accountId} ${JOINED_ACCOUNT.region}`)
  expect(out).toContain('(U0DANA)')
})

test('only its roles reach the second account’s pipelines, and each role has only its own permissions', async () => {
  const { token } = await ask()
  const state = new GetPipelineStateCommand({ name: 'reports' })
  const decide = new PutApprovalResultCommand({ ...where, token, result: { status: 'Approved', summary: 'Go' } })
  await expect(client(BOT, ACCOUNT.region).send(state)).rejects.toMatchObject({ name: 'PipelineNotFoundException' })
  await expect(client(BOT, JOINED_ACCOUNT.region).send(state)).rejects.toMatchObject({ name: 'ValidationException' })
  const [reader, decider] = await Promise.all([session('reader'), session('decider')])
  expect((await client(reader, JOINED_ACCOUNT.region).send(state)).pipelineName).toBe('reports')
  for (const [credentials, refused] of [
    [reader, decide],
    [decider, state],
    [decider, new ListPipelinesCommand({})],
    [reader, new StartPipelineExecutionCommand({ name: 'reports' })],
    [decider, new StartPipelineExecutionCommand({ name: 'reports' })],
  ] as const)
    await expect(client(credentials, JOINED_ACCOUNT.region).send(refused as typeof state)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  expect((await client(decider, JOINED_ACCOUNT.region).send(decide)).approvedAt).toBeInstanceOf(Date)
})

test('a verdict that CodePipeline does not take at once is sent by effect-due, in the name of the person', async () => {
  // The message of the test before says that it was decided.
  await page().seen((snapshot) => question(snapshot) === undefined)
  const { message } = await ask()
  workspace.disturb.aws.order({ operation: 'PutApprovalResult', times: 3, answer: { status: 503 } })
  await approve(message)
  await page().seen((current) => reports(current)?.executions[0]?.status === 'Succeeded')
  expect(usesSoFar()).toContainEqual({
    principalArn: functionRoleArn('effect-due'),
    action: 'sts:SetSourceIdentity',
    sid: 'AssumeSpokeRoles',
  })
})

test('the roles trust only the bot with its external ID, for an hour', async () => {
  await expect(session('decider', 'some-other-external-id')).rejects.toMatchObject({ name: 'RoleRefused' })
  const stranger = assumeRole(
    { region: ACCOUNT.region, endpoint: `${workspace.url}/aws`, credentials: { ...BOT, accessKeyId: 'finn' } },
    {
      arn: `arn:aws:iam::${accountId}:role/greenlight-prod-us-east-1-reader`,
      externalId: JOINED_ACCOUNT.externalId,
      isJoined: true,
    },
    { sessionName: 'a-test', sourceIdentity: null, now: Date.now() },
  )
  await expect(stranger).rejects.toMatchObject({ name: 'RoleRefused' })
  const reader = await session('reader')
  const state = new GetPipelineStateCommand({ name: 'reports' })
  await expect(client({ ...reader, sessionToken: 'guessed' }, JOINED_ACCOUNT.region).send(state)).rejects.toMatchObject(
    {
      name: 'UnrecognizedClientException',
    },
  )
  await workspace.clock.moveAhead(60 * 60_000)
  await expect(client(reader, JOINED_ACCOUNT.region).send(state)).rejects.toMatchObject({
    name: 'ExpiredTokenException',
  })
})

test('the names of what the joined account has begin with the name of the bot’s stack, as infra/spoke.yml has them', () => {
  const { resources, name } = botStack({
    url: '',
    deadLettersUrl: '',
    effectsUrl: '',
    signingKeySpec: 'ECC_NIST_P256',
    now: 0,
  })
  expect(resources.find(({ id }) => id === 'MinutePassedRule')!.name).toBe(`${name}-minute-passed`)
  const { botName, region, deciderRoleName, approvalTopicArn } = JOINED_ACCOUNT
  expect([botName, deciderRoleName, approvalTopicArn.split(':').at(-1)]).toEqual([
    name,
    `${name}-${region}-decider`,
    `${name}-approvals`,
  ])
})
