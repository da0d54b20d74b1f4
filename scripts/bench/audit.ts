/**
 * How fast the audit verifies: `npm run bench -- audit [entries]`. Items as the table returns them are parsed, their
 * chains, states and signatures verified, and their hashes added to the root of a log, approval by approval, in as many
 * threads as greenlight audit uses.
 *
 * Reading the table is not part of it: that takes as long as DynamoDB does. The approvals repeat, because signing a
 * million entries would take longer than verifying them; each is verified as if it were new.
 */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { growingTree } from '../../functions/record/merkle.ts'
import { storedApproval } from '../../functions/aws/stored-approval.ts'
import { honestApproval, openKeys } from '../../tests/support/signed-record.ts'
import type { Stored, Verified } from './audit-thread.ts'

const wanted = Number(process.argv[3] ?? 1_000_000)
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error(`npm run bench -- audit [entries]: the number is a whole one from 1, not "${process.argv[3]}"`)
  process.exit(1)
}
const EVERY = 100_000
/** As many at once as greenlight audit gives to a thread. */
const PORTION = 100
const HASH = 32

const { signatures, audit } = openKeys()
const approval = await honestApproval(signatures.sign)
const { id, journal, where } = approval
const items = journal.unfiled.map((entry) => ({ entry, where, expireAt: 2e9 }))
const workerData: Stored = { id, items, journal, stored: storedApproval(approval), audit }

const tree = growingTree()
const [since, cpuSince] = [performance.now(), process.cpuUsage()]
const total = { entries: 0, flaws: 0, mostMemory: 0, told: EVERY }
let asked = 0

const add = ({ entries, flaws, leaves }: Verified): void => {
  total.entries += entries
  total.flaws += flaws
  for (let at = 0; at < leaves.length; at += HASH) tree.add(leaves.subarray(at, at + HASH))
  total.mostMemory = Math.max(total.mostMemory, process.memoryUsage().rss)
  if (total.entries < total.told) return
  total.told += EVERY
  const megabytes = Math.round(process.memoryUsage().rss / 1e6)
  console.log(`${total.entries} entries, ${Math.round((performance.now() - since) / 1000)} s, ${megabytes} MB`)
}

const work = async (worker: Worker): Promise<void> => {
  while (asked < wanted) {
    const approvals = Math.min(PORTION, Math.ceil((wanted - asked) / items.length))
    asked += approvals * items.length
    worker.postMessage(approvals)
    const [answer] = (await once(worker, 'message')) as [Verified]
    add(answer)
  }
  await worker.terminate()
}

const threads = availableParallelism()
await Promise.all(
  Array.from({ length: threads }, () => work(new Worker(new URL('audit-thread.ts', import.meta.url), { workerData }))),
)
const { user, system } = process.cpuUsage(cpuSince)
console.table([
  {
    entries: total.entries,
    flaws: total.flaws,
    threads,
    seconds: Math.round((performance.now() - since) / 100) / 10,
    'seconds of one core': Math.round((user + system) / 1e5) / 10,
    'MB at most': Math.round(total.mostMemory / 1e6),
    root: tree.root().toString('base64').slice(0, 12),
  },
])
