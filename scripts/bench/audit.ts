/**
 * How fast the audit verifies: `npm run bench -- audit [entries]`. Items as the table returns them are parsed, their
 * chains, states and signatures verified, and their hashes added to the root of a log, approval by approval.
 *
 * Reading the table is not part of it: that takes as long as DynamoDB does. The approvals repeat, because signing a
 * million entries would take longer than verifying them; each is verified as if it were new.
 */
import { readEntryItem } from '../../functions/record/entry-item.ts'
import { flaws } from '../../functions/record/flaws.ts'
import { signatureFlaws } from '../../functions/record/signature-flaws.ts'
import { stateFlaws } from '../../functions/record/state-flaws.ts'
import { leafBytes } from '../../functions/record/leaf.ts'
import { growingTree } from '../../functions/record/merkle.ts'
import { storedApproval } from '../../functions/aws/stored-approval.ts'
import { honestApproval, openKeys } from '../../tests/support/signed-record.ts'

const wanted = Number(process.argv[3] ?? 1_000_000)
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error(`npm run bench -- audit [entries]: the number is a whole one from 1, not "${process.argv[3]}"`)
  process.exit(1)
}
const EVERY = 100_000

const { signatures, audit } = openKeys()
const approval = await honestApproval(signatures.sign)
const { id, journal, where } = approval
const stored = storedApproval(approval)
const items = journal.unfiled.map((entry) => ({ entry, where, expireAt: 2e9 }))

const tree = growingTree()
const [since, cpuSince] = [performance.now(), process.cpuUsage()]
let entries = 0
let wrong = 0
let mostMemory = 0
for (let told = EVERY; entries < wanted;) {
  const read = items.map(readEntryItem).flatMap(({ entry }) => entry ?? [])
  const found = [...flaws(read, journal, 0), ...stateFlaws(stored, read, true), ...signatureFlaws(id, read, audit)]
  wrong += found.length
  for (const entry of read) tree.add(leafBytes(entry))
  entries += read.length
  if (entries < told && entries < wanted) continue
  told += EVERY
  mostMemory = Math.max(mostMemory, process.memoryUsage().rss)
  console.log(`${entries} entries, ${Math.round((performance.now() - since) / 1000)} s`)
}
const { user, system } = process.cpuUsage(cpuSince)
console.table([
  {
    entries,
    flaws: wrong,
    seconds: Math.round((performance.now() - since) / 100) / 10,
    'seconds of one core': Math.round((user + system) / 1e5) / 10,
    'MB at most': Math.round(mostMemory / 1e6),
    root: tree.root().toString('base64').slice(0, 12),
  },
])
