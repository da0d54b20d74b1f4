import { jest } from '@jest/globals'
import type { Snapshot } from '../../../local/page/contract.ts'
import { openDoorsWith } from '../../../local/workspace/open-doors.ts'
import { openWorkspace, type Workspace } from '../../../local/workspace/workspace.ts'
import { hurried } from '../../support/hurried.ts'
import {
  blockWith,
  formValues,
  messagesIn,
  newestExecution,
  pageClient,
  waitingApproval,
} from '../../support/page-client.ts'
import { stillDelivery } from '../../support/still-delivery.ts'
import { approvalToken, botToken, signingSecret } from '../../support/secret.ts'

/* A person's walk with the real bot between the real parts; only the pipeline's actions end at once. */

jest.setTimeout(120_000)

const RELEASES = 'C0RELEASES'
const STATUS = 'C0DEPLOYS'

let workspace: Workspace
let reported: string[]

beforeEach(async () => {
  reported = []
  workspace = await openWorkspace({
    port: 0,
    botToken: botToken('test'),
    signingSecret: signingSecret(),
    openDelivery: stillDelivery,
    openDoors: openDoorsWith(new URL('./one-approval.yml', import.meta.url)),
    openPage: () => Promise.resolve({ html: '', assets: {} }),
    report: (line) => reported.push(line),
    // More than Slack's three seconds, for a machine that is busy; less than the slowest CodePipeline below.
    slackPatienceMs: 9_000,
  })
})
afterEach(() => workspace.close())

const page = () => pageClient(workspace.url)

/** The last message that everyone in the channel sees, without replies in a thread. */
const shown = (snapshot: Snapshot, channelId = RELEASES) =>
  messagesIn(snapshot, channelId).findLast(({ onlyFor, threadTs }) => onlyFor === null && threadTs === null)

/** Waits until the newest approval can be decided in Slack. */
const asked = async () => {
  const snapshot = await page().seen(
    (current) => waitingApproval(current) !== undefined && blockWith(shown(current), 'approve') !== undefined,
  )
  const message = shown(snapshot)
  if (!message) throw new Error('No message')
  return message
}

const click = async (userId: string, actionId: string) => {
  const message = await asked()
  const blockId = blockWith(message, actionId)?.block_id
  return page().post('/local/slack/click', { userId, channelId: RELEASES, ts: message.ts, blockId, actionId })
}

const submit = async (userId: string, comment: string) => {
  const { modals } = await page().seen((snapshot) => snapshot.modals.some((modal) => modal.userId === userId))
  const modal = modals.find((candidate) => candidate.userId === userId)!
  return page().post('/local/slack/submit', { userId, viewId: modal.viewId, values: formValues(modal, { comment }) })
}

const until = (wanted: (snapshot: Snapshot) => boolean) => hurried(workspace.clock, page().seen(wanted))
const untilText = (text: RegExp) => until((snapshot) => text.test(shown(snapshot)?.text ?? ''))

describe('an approval', () => {
  test('is requested in Slack, approved there by an approver, and its deployment shown to the end', async () => {
    expect((await asked()).text).toContain('Approve flask-app to Production?')
    expect(await click('U0DANA', 'approve')).toMatchObject({ body: { ok: true } })
    expect(await submit('U0DANA', 'Looks right')).toMatchObject({ body: { ok: true } })
    const snapshot = await untilText(/^Live: flask-app to Production/)
    expect(blockWith(shown(snapshot), 'approve')).toBeUndefined()
    expect(snapshot.modals).toEqual([])
    await until((current) => newestExecution(current)?.status === 'Succeeded')
    await until((current) => /succeeded/.test(shown(current, STATUS)?.text ?? ''))
    const { stageStates } = workspace.codePipeline.getPipelineState({ name: 'flask-app' })
    expect(JSON.stringify(stageStates)).toContain('Looks right')
    // An effect of its own tells the starter in the thread, and may come last.
    const told = await until((current) => messagesIn(current, RELEASES).length > 1)
    const [question, outcome, ...more] = messagesIn(told, RELEASES)
    expect(outcome?.threadTs).toBe(question?.ts)
    expect(more).toEqual([])
    expect(workspace.deadLetters).toEqual([])
  })

  test('refuses, privately, a person who is not an approver', async () => {
    expect(await click('U0FINN', 'approve')).toMatchObject({ body: { ok: true } })
    const snapshot = await until((current) => messagesIn(current, RELEASES).some(({ onlyFor }) => onlyFor === 'U0FINN'))
    expect(snapshot.modals).toEqual([])
    expect(waitingApproval(snapshot)).toBeDefined()
  })

  test('is rejected with a reason, which Slack asks for if it is missing', async () => {
    await click('U0ELI', 'reject')
    await submit('U0ELI', '')
    const { modals } = await until((current) => Object.keys(current.modals[0]?.errors ?? {}).length > 0)
    expect(modals).toHaveLength(1)
    await submit('U0ELI', 'Not on a Friday')
    await untilText(/^Rejected/)
    await until((current) => newestExecution(current)?.status === 'Failed')
  })

  test('that was decided in the AWS console closes its message by itself', async () => {
    await asked()
    const decision = { pipelineName: 'flask-app', stageName: 'Production', actionName: 'Approve', status: 'Approved' }
    const token = waitingApproval(workspace.snapshot())?.token
    await page().post('/local/console/decide', { ...decision, userId: 'U0BEN', token, summary: 'In a hurry' })
    const snapshot = await until((current) => blockWith(shown(current), 'approve') === undefined)
    expect(JSON.stringify(shown(snapshot))).toMatch(/console/)
  })

  test('without a decision expires, and says so', async () => {
    await asked()
    await workspace.clock.moveAhead(8 * 86_400_000)
    await untilText(/[Ee]xpired/)
  })

  test('is decided once if two click at the same moment', async () => {
    await Promise.all([click('U0DANA', 'approve'), click('U0ELI', 'reject')])
    await Promise.all([submit('U0DANA', 'yes'), submit('U0ELI', 'no')])
    const snapshot = await untilText(/^(Live|Rejected|Deploying)/)
    expect(waitingApproval(snapshot)).toBeUndefined()
    expect(workspace.deadLetters).toEqual([])
  })
})

describe('a click', () => {
  test('is answered in time if CodePipeline takes ten seconds, and takes effect afterwards', async () => {
    await click('U0DANA', 'approve')
    workspace.disturb.aws.order({ operation: 'PutApprovalResult', times: 1, delayMs: 10_000 })
    expect(await submit('U0DANA', 'slowly')).toMatchObject({ body: { ok: true } })
    // By now everything due in the queue has been performed; the delayed call may still be on its way.
    await workspace.clock.moveAhead(180_000)
    await untilText(/^Live/)
    await until((current) => newestExecution(current)?.status === 'Succeeded')
  })

  test('takes effect though CodePipeline’s answer is lost', async () => {
    await click('U0DANA', 'approve')
    workspace.disturb.aws.order({ operation: 'PutApprovalResult', times: 1, afterwards: 'lost' })
    expect(await submit('U0DANA', 'lost')).toMatchObject({ body: { ok: true } })
    await untilText(/^Live/)
  })

  test('is shown later if Slack is busy', async () => {
    await click('U0DANA', 'approve')
    workspace.disturb.slack.order({
      operation: 'chat.update',
      times: 1,
      answer: { status: 429, headers: { 'retry-after': '60' }, body: { ok: false, error: 'ratelimited' } },
    })
    await submit('U0DANA', 'later')
    await until((current) => newestExecution(current)?.status === 'Succeeded')
    await workspace.settled()
    await workspace.clock.moveAhead(120_000)
    await untilText(/^Live/)
  })
})

describe('a forgery', () => {
  test('posts nothing: a notification with a token that CodePipeline does not know, a request without a signature', async () => {
    await asked()
    const notice = {
      region: 'eu-west-1',
      consoleLink: 'https://console.example/',
      approval: {
        pipelineName: 'flask-app',
        stageName: 'Production',
        actionName: 'Approve',
        token: approvalToken('00000000'),
        expires: '2030-01-01T00:00Z',
        externalEntityLink: null,
        approvalReviewLink: 'https://console.example/',
        customData: 'forged',
      },
    }
    const published = await fetch(`${workspace.url}/aws/`, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=mallory/20261123/eu-west-1/sns/aws4_request, Signature=0',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        Action: 'Publish',
        TopicArn: 'arn:aws:sns:eu-west-1:111122223333:greenlight-approvals',
        Message: JSON.stringify(notice),
      }),
    })
    expect(published.status).toBe(200)
    await workspace.settled()
    await workspace.clock.moveAhead(900_000)
    await workspace.settled()
    expect(messagesIn(workspace.snapshot(), RELEASES)).toHaveLength(1)
    const unsigned = await fetch(`${workspace.url}/slack/events`, { method: 'POST', body: 'payload=%7B%7D' })
    expect(unsigned.status).toBe(401)
  })
})
