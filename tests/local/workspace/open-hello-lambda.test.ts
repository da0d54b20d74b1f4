import { jest } from '@jest/globals'
import { JOINED_ACCOUNT } from '../../../local/workspace/account.ts'
import { openHelloLambda } from '../../../local/workspace/open-hello-lambda.ts'
import type { PushRequest, Snapshot } from '../../../local/page/contract.ts'
import { openWorkspace, type Workspace } from '../../../local/workspace/workspace.ts'
import { pageClient } from '../../support/page-client.ts'
import { describeWith } from '../../support/needs.ts'
import { stillDelivery } from '../../support/still-delivery.ts'
import { botToken, signingSecret } from '../../support/secret.ts'

/*
 * Whole executions of the example function in the second account: real commits, builds and versions, and the bot's own
 * hook called through the workspace's AWS endpoint. People decide in the AWS console; accounts.test.ts has Slack.
 */

jest.setTimeout(90_000)

const { accountId } = JOINED_ACCOUNT
const MINUTE_MS = 60_000

const reports = ({ pipelines }: Snapshot) => pipelines.find((one) => one.accountId === accountId)!
const newest = (snapshot: Snapshot) => reports(snapshot).executions[0]
const action = (snapshot: Snapshot, name: string) =>
  newest(snapshot)
    ?.stages.flatMap(({ actions }) => actions)
    .find((one) => one.name === name)

await describeWith(['bash'], 'the example function', () => {
  let workspace: Workspace
  const none = () => Promise.resolve()
  beforeAll(async () => {
    workspace = await openWorkspace({
      port: 0,
      botToken: botToken('function'),
      signingSecret: signingSecret(),
      openDelivery: stillDelivery,
      openJoinedDelivery: openHelloLambda,
      openDoors: () =>
        Promise.resolve({
          approvalRequested: none,
          pipelineChanged: none,
          buttonClicked: () => Promise.resolve({ statusCode: 401 }),
          effectDue: none,
          minutePassed: none,
          dayPassed: none,
          approvalDecided: none,
        }),
      openPage: () => Promise.resolve({ html: '', assets: {} }),
    })
  })
  afterAll(() => workspace.close())

  const page = () => pageClient(workspace.url)
  const push = async (kind: PushRequest['kind']) => {
    const before = newest(workspace.snapshot())?.id
    expect(await page().post('/local/push', { userId: 'U0ANA', accountId, kind })).toMatchObject({ body: { ok: true } })
    return page().seen((snapshot) => {
      const { id, status } = newest(snapshot) ?? {}
      return id !== before && (status === 'Failed' || Boolean(action(snapshot, 'Approve')?.approval))
    })
  }
  const approve = async (kind: PushRequest['kind']) => {
    const snapshot = await push(kind)
    const where = { accountId, pipelineName: 'reports', stageName: 'Production', actionName: 'Approve' }
    const token = action(snapshot, 'Approve')?.approval?.token
    const decision = { userId: 'U0DANA', ...where, token, status: 'Approved', summary: 'Go' }
    expect(await page().post('/local/console/decide', decision)).toMatchObject({ status: 200 })
    return newest(snapshot)?.revision?.id.slice(0, 7)
  }
  const ended = async () => {
    const snapshot = await page().seen((current) => ['Succeeded', 'Failed'].includes(newest(current)?.status ?? ''))
    return { status: newest(snapshot)?.status, deploy: action(snapshot, 'Deploy')?.summary }
  }
  const application = () => reports(workspace.snapshot()).delivery?.application
  /** The commits that answer twenty requests, each as often as it does. */
  const answering = async () => {
    const versions: string[] = []
    for (let asked = 0; asked < 20; asked += 1) {
      const response = await fetch(application()!.url)
      versions.push(((await response.json()) as { version: string }).version)
    }
    return Object.fromEntries([...new Set(versions)].map((one) => [one, versions.filter((v) => v === one).length]))
  }

  test('is deployed, a tenth at first, and stays as it is if a commit is broken', async () => {
    expect(reports(workspace.snapshot()).stages.at(-1)?.actions).toMatchObject([{}, { provider: 'CloudFormation' }])
    expect(application()).toBeNull()
    const first = await approve('good')
    expect(await ended()).toEqual({
      status: 'Succeeded',
      deploy: `${first} answers as version 1 on ${application()?.url}.`,
    })
    expect(await answering()).toEqual({ [first!]: 20 })

    const second = await approve('good')
    const shifting = await page().seen((snapshot) => reports(snapshot).delivery?.application?.next?.percent === 10)
    expect(action(shifting, 'Deploy')?.summary).toMatch(/^AllowTraffic: 10 % to version 2 until /)
    expect(await answering()).toEqual({ [first!]: 18, [second!]: 2 })
    await page().post('/local/clock', { aheadByMs: 10 * MINUTE_MS })
    expect(await ended()).toMatchObject({ status: 'Succeeded' })
    expect(await answering()).toEqual({ [second!]: 20 })

    await approve('broken')
    const { status, deploy } = await ended()
    expect(status).toBe('Failed')
    expect(deploy).toMatch(/^BeforeAllowTraffic failed: traffic-shifting reports Failed: .*greeting\.mjs/)
    expect(await answering()).toEqual({ [second!]: 20 })

    const failing = await push('failing-test')
    expect(action(failing, 'Test')).toMatchObject({ status: 'Failed', summary: expect.stringContaining('1 failed') })
    expect(action(failing, 'Build')).toMatchObject({ status: 'Succeeded' })
  })
})
