import { withSkips } from '../../../functions/domain/skipped-approval.ts'
import { fileSkips } from '../../../functions/flows/execution/file-skips.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { DAY, KEY, START, execution, stageChange } from '../../support/records.ts'

const KNOWN = execution([stageChange('Production', 'skipped', START)])
const SKIPPED = withSkips(
  {
    ...KNOWN,
    stages: new Map([['Production', { ...KNOWN.stages.get('Production')!, skippedApprovals: ['Approve'] }]]),
  },
  START,
  DAY,
)

const world = async (known: typeof KNOWN | null) => {
  const { services } = botInMemory()
  if (known) await services.executions.create(known)
  let filings = 0
  const { file } = services.entries
  services.entries = { ...services.entries, file: (entries) => (filings++, file(entries)) }
  services.executions = { ...services.executions, change: slowly(services.executions.change) }
  return { services, filings: () => filings }
}

test('an entry leaves the execution once it is an item of its own', async () => {
  const { services, filings } = await world(SKIPPED)
  expect(await fileSkips(services, KEY)).toEqual({ kind: 'done', next: [] })
  expect(Object.values((await services.executions.read(KEY))!.skips!)).toEqual(['filed'])
  await fileSkips(services, KEY)
  expect(filings()).toBe(1)
})

test.each([null, KNOWN])('without an entry nothing is filed (%#)', async (known) => {
  const { services, filings } = await world(known)
  expect(await fileSkips(services, KEY)).toEqual({ kind: 'done', next: [] })
  expect(filings()).toBe(0)
})
