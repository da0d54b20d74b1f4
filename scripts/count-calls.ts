/**
 * The calls of one deployment, counted in the workspace: `npm run count-calls`. docs/cost.md prices them. Other params of
 * serverless.yml: `npm run count-calls -- --param storedRecords=plain --param signingKeySpecs=ECC_NIST_P256`.
 *
 * A commit is pushed, two people approve, each with a comment, and it is deployed. The counted deployment is the second
 * one, so that there is a live one to compare it with. Then an approval waits for an hour, and at last an hour passes
 * without any event. Retries on a busy machine make a call more or less of each run.
 */
import { parseArgs } from 'node:util'
import { RECORD_FORMS } from '../functions/aws/deflated-record.ts'
import { ALGORITHMS, type KeySpec } from '../functions/aws/kms.ts'
import { openWorkspace } from '../local/workspace/workspace.ts'
import {
  blockWith,
  formValues,
  messagesIn,
  newestExecution,
  pageClient,
  waitingApproval,
} from '../tests/support/page-client.ts'
import type { Snapshot } from '../local/page/contract.ts'
import { openCountedDelivery, openCountedDoors } from './calls/counted-bot.ts'
import { openCountingProxy } from './calls/counting-proxy.ts'
import { readCounts, renderBill, renderCounts, renderPriceList } from './calls/render.ts'
import { createTally } from './calls/tally.ts'

const { values } = parseArgs({ options: { param: { type: 'string', multiple: true, default: [] } } })
const params = new Map(values.param.map((one) => one.split('=', 2) as [string, string]))

/** What `--param name=word` says, or the first of the words. */
const param = <Word extends string>(name: string, words: readonly Word[]): Word => {
  const said = params.get(name) ?? words[0]
  const word = words.find((one) => one === said)
  if (!word) throw new Error(`--param ${name} is ${words.join(' or ')}: ${said}`)
  params.delete(name)
  return word
}

const storedRecords = param('storedRecords', RECORD_FORMS.toReversed())
const signingKeySpec = param('signingKeySpecs', (Object.keys(ALGORITHMS) as KeySpec[]).toReversed())
if (params.size > 0)
  throw new Error(`--param takes storedRecords and signingKeySpecs: ${[...params.keys()].join(', ')}`)

const MINUTE = 60_000
const CHANNEL = 'C0RELEASES'

const tally = createTally()
let workspaceUrl = ''
const proxy = await openCountingProxy(() => workspaceUrl, tally)
const workspace = await openWorkspace({
  port: 0,
  botToken: 'xoxb-count',
  signingSecret: 'count',
  signingKeySpec,
  openDelivery: openCountedDelivery,
  openDoors: (environment, settings) => {
    workspaceUrl = settings.url
    return openCountedDoors(tally, () => proxy.url, storedRecords)(environment, settings)
  },
  openPage: () => Promise.resolve({ html: '', assets: {} }),
  report: (line) => console.error(line),
})
const { seen, post } = pageClient(workspace.url)

const asked = (snapshot: Snapshot) =>
  messagesIn(snapshot, CHANNEL).findLast(
    ({ onlyFor, blocks }) => onlyFor === null && /"approve"/.test(JSON.stringify(blocks)),
  )

const told = async (path: string, body: object): Promise<void> => {
  const answer = await post(path, body)
  if (!answer.body.ok) throw new Error(`${path}: ${answer.body.error}`)
}

const untilAsked = async (): Promise<void> => {
  await seen((snapshot) => waitingApproval(snapshot) !== undefined && asked(snapshot) !== undefined)
  await workspace.settled()
}

/** Presses Approve and submits the modal that asks for a comment. */
const approve = async (userId: string): Promise<void> => {
  const message = asked(workspace.snapshot())
  const blockId = blockWith(message, 'approve')?.block_id
  await told('/local/slack/click', { userId, channelId: CHANNEL, ts: message?.ts, blockId, actionId: 'approve' })
  const { modals } = await seen((snapshot) => snapshot.modals.some((modal) => modal.userId === userId))
  const modal = modals.find((one) => one.userId === userId)!
  const values = formValues(modal, { comment: 'Looks right' })
  await told('/local/slack/submit', { userId, viewId: modal.viewId, values })
  await workspace.settled()
}

const release = async (): Promise<void> => {
  await untilAsked()
  await approve('U0DANA')
  await approve('U0ELI')
  await seen((snapshot) => newestExecution(snapshot)?.status === 'Succeeded')
  await workspace.settled()
  await pass(5)
}

const pass = async (minutes: number): Promise<void> => {
  for (let minute = 0; minute < minutes; minute++) {
    await workspace.clock.moveAhead(MINUTE)
    await workspace.settled()
  }
}

/** The calls of minute-passed are counted in the hour without other events. */
const withoutMinutes = (counts: Map<string, number>, minutes: number, idle: Map<string, number>) =>
  new Map([...counts].map(([name, count]) => [name, count - (minutes * (idle.get(name) ?? 0)) / 60]))

try {
  await release()
  await pass(90)
  tally.take()
  await pass(60)
  const idle = tally.take()
  await told('/local/push', { userId: 'U0ANA', kind: 'good', message: 'Sort the basket by price' })
  await release()
  const released = withoutMinutes(tally.take(), 5, idle)
  await told('/local/push', { userId: 'U0ANA', kind: 'good', message: 'Show the basket on phones' })
  await untilAsked()
  tally.take()
  await pass(60)
  const waiting = withoutMinutes(tally.take(), 60, idle)
  const counts = renderCounts({ released, waiting, idle })
  // From the rounded counts, so that a reader of the table can compute the bill.
  console.log([counts, renderPriceList(), renderBill(readCounts(counts), signingKeySpec)].join('\n\n'))
} finally {
  await workspace.close()
  await proxy.close()
}
