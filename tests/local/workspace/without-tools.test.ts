import { jest } from '@jest/globals'
import { ACCOUNT, JOINED_ACCOUNT } from '../../../local/workspace/account.ts'
import type { Snapshot } from '../../../local/page/contract.ts'
import type { NotRun } from '../../../local/process/capabilities.ts'
import { makeBarePath, whereIs } from '../../support/bare-path.ts'
import { type RunningWorkspace, startWorkspace } from '../../support/browser/running-workspace.ts'
import { describeWith } from '../../support/needs.ts'
import { directoryWith, removeDirectories } from '../../support/order.ts'
import { blockWith, formValues, messagesIn, pageClient } from '../../support/page-client.ts'

/*
 * The README's promise: `npm start` needs Node and npm. Without git, bash or Python it names what is not run, and the
 * walk continues: pushed, requested in Slack, approved, deployed, in both accounts.
 */

jest.setTimeout(120_000)

const GIT = {
  what: 'the source repository’s history: commits are kept in memory and have no diffs',
  why: 'git is not installed',
}
const COPIED = 'the build’s commands and the deployment’s hooks: files are only copied'
const BASH = { what: COPIED, why: 'bash is not installed' }
const PYTHON = { what: COPIED, why: 'python3 is not installed' }

let workspace: RunningWorkspace | undefined
afterEach(() => workspace?.stop())
afterAll(removeDirectories)

/** Starts it with a `PATH` that has only node, the small tools and these programs. */
const startWith = async (programs: readonly string[]) => {
  const directory = await directoryWith()
  const found = await Promise.all(programs.map(async (name) => [name, await whereIs(name)] as const))
  await makeBarePath(directory, { node: process.execPath, ...Object.fromEntries(found) })
  workspace = await startWorkspace({ PATH: directory })
  return person(pageClient(workspace.url))
}

/** What a person does in Slack and on the page, with the pipeline in this account. */
const person = (page: ReturnType<typeof pageClient>) => {
  const executionIn = ({ pipelines }: Snapshot, accountId: string) =>
    pipelines.find((one) => one.accountId === accountId)?.executions[0]
  const questionIn = (snapshot: Snapshot, pipeline: string) =>
    messagesIn(snapshot, 'C0RELEASES').findLast(
      (message) => message.text.includes(pipeline) && blockWith(message, 'approve'),
    )
  /** Waits until Slack requests approval. */
  const asked = (pipeline: string) => page.seen((snapshot) => questionIn(snapshot, pipeline) !== undefined)
  const approve = async (pipeline: string, userId: string) => {
    const message = questionIn(await asked(pipeline), pipeline)!
    const blockId = blockWith(message, 'approve')?.block_id
    const click = { userId, channelId: 'C0RELEASES', ts: message.ts, blockId, actionId: 'approve' }
    expect(await page.post('/local/slack/click', click)).toMatchObject({ body: { ok: true } })
    const mine = ({ modals }: Snapshot) => modals.find((modal) => modal.userId === userId)
    const modal = mine(await page.seen((snapshot) => mine(snapshot) !== undefined))!
    const submission = { userId, viewId: modal.viewId, values: formValues(modal) }
    expect(await page.post('/local/slack/submit', submission)).toMatchObject({ body: { ok: true } })
  }
  /** Approves as these people, and returns how the execution ends, with the summaries of its actions. */
  const release = async ({ name, accountId }: { name: string; accountId: string }, approvers: readonly string[]) => {
    await asked(name)
    for (const userId of approvers) await approve(name, userId)
    // The message closes after the execution may have ended: until then it would look like the next request.
    const ended = await page.seen(
      (snapshot) =>
        /Succeeded|Failed/.test(executionIn(snapshot, accountId)?.status ?? '') &&
        questionIn(snapshot, name) === undefined,
    )
    const { status, stages } = executionIn(ended, accountId)!
    const actions = stages.flatMap((stage) => stage.actions)
    return { status, said: Object.fromEntries(actions.map((action) => [action.name, action.summary])) }
  }
  const push = async (accountId: string, kind: string) => {
    expect(await page.post('/local/push', { userId: 'U0ANA', accountId, kind })).toMatchObject({ body: { ok: true } })
  }
  return { page, release, push }
}

const FLASK = { name: 'flask-app', accountId: ACCOUNT.accountId }
const REPORTS = { name: 'reports', accountId: JOINED_ACCOUNT.accountId }

/**
 * The walk on a machine with these programs. The second list names what is missing; its first entry is why nothing is
 * built.
 */
const walk = (programs: readonly string[], missing: readonly NotRun[], buildsFunction: boolean) => () => {
  test('the workspace names what is not run, and the walk continues', async () => {
    const { page, release, push } = await startWith(programs)
    const named = [...Map.groupBy(missing, ({ what }) => what)].map(([what, found]) => ({
      what,
      why: found.map(({ why }) => why).join(', and '),
    }))
    expect((await page.seen(() => true)).notRun).toEqual(named)
    for (const { what, why } of named)
      expect(workspace!.output()).toContain(`Not run on this machine: ${what}, because ${why}`)
    const why = missing.find(({ what }) => what === COPIED)!.why

    // The first execution starts by itself.
    for (const kind of [null, 'broken']) {
      if (kind !== null) await push(FLASK.accountId, kind)
      const { status, said } = await release(FLASK, ['U0DANA', 'U0CHEN'])
      expect({ status, ...said }).toMatchObject({
        status: 'Succeeded',
        Build: `Files handed on as they are; the build was not run: ${why}.`,
        Test: `The test was not run: ${why}.`,
        Deploy: expect.stringMatching(new RegExp(`^Files of \\S+ copied; nothing was started: ${why}\\.$`)) as string,
      })
    }

    await push(REPORTS.accountId, 'good')
    const { status, said } = await release(REPORTS, ['U0DANA'])
    const built = buildsFunction
      ? 'Built, 5 files handed on.'
      : `Files handed on as they are; the build was not run: ${why}.`
    expect({ status, Build: said.Build }).toEqual({ status: 'Succeeded', Build: built })
    const url = / answers as version 1 on (\S+)\.$/.exec(said.Deploy ?? '')?.[1]
    expect((await fetch(url!)).status).toBe(200)
    expect(await workspace!.stop()).toBe(0)
  })
}

describe('without git, bash and Python', walk([], [GIT, BASH, PYTHON], false))
await describeWith(['bash'], 'without git and Python', walk(['bash'], [GIT, PYTHON], true))
await describeWith(['git', 'bash'], 'without Python', walk(['git', 'bash'], [PYTHON], true))
