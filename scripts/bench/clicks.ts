/**
 * Fifty people approve in the same moment, and each vote counts: `npm run bench -- clicks`.
 *
 * Functions, tables, Slack and CodePipeline share this process, so the milliseconds say little. The calls say what a
 * click costs beside 49 others, and the ratio to a click alone whether they hold each other up.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { FIFTY, openCrowd } from '../../tests/support/crowd.ts'
import { pageClient } from '../../tests/support/page-client.ts'
import { ACCOUNT } from '../../local/workspace/account.ts'
import { openTable } from '../../functions/aws/table.ts'

interface Clicked {
  /** Of the longest answer. */
  ms: number
  calls: Map<string, number>
}

const counted = new Map<string, number>()
subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest }
  const target = request.getHeader('x-amz-target')
  const name =
    typeof target === 'string' ? target.split('.').at(-1)! : `${request.method} ${request.path.split('?')[0]}`
  counted.set(name, (counted.get(name) ?? 0) + 1)
})

const measured = async (clicks: readonly (() => Promise<number>)[]): Promise<Clicked> => {
  counted.clear()
  const since = performance.now()
  const answers = await Promise.all(
    clicks.map(async (click) => {
      const status = await click()
      if (status !== 200) throw new Error(`A click was answered with ${status}`)
      return performance.now() - since
    }),
  )
  return { ms: Math.max(...answers), calls: new Map(counted) }
}

const quiet = () => undefined
const crowd = await openCrowd(FIFTY.length, { info: quiet, warn: quiet, error: quiet, count: quiet })
const { workspace } = crowd
await pageClient(workspace.url).seen((snapshot) => JSON.stringify(snapshot.channels).includes('"approve"'))
await workspace.settled()
const { accountId, region, tableName } = ACCOUNT
const credentials = { accessKeyId: 'bench', secretAccessKey: 'any' }
const { attention, approvals } = openTable({ endpoint: `${workspace.url}/aws`, region, credentials }, tableName)
const [id] = (await attention.openApprovals({ accountId, region, pipeline: 'flask-app' })) as [string]

const [first, ...others] = FIFTY as [string, ...string[]]
const alone = await measured([() => crowd.click(id, first)])
await workspace.settled()
const together = await measured(others.map((person) => () => crowd.click(id, person)))
await workspace.settled()
const approval = await approvals.read(id)
await crowd.close()

const row = (clicks: number, { ms, calls }: Clicked) => ({
  clicks,
  'ms of the last answer': Math.round(ms),
  'ratio to one': Math.round((ms / alone.ms) * 10) / 10,
  ...Object.fromEntries(
    ['GetItem', 'PutItem', 'SendMessage'].map((name) => [
      `${name} a click`,
      Math.round(((calls.get(name) ?? 0) / clicks) * 10) / 10,
    ]),
  ),
})
console.table([row(1, alone), row(others.length, together)])
console.log(`${approval?.kind === 'approval' ? approval.votes.length : 0} of ${FIFTY.length} votes counted`)
