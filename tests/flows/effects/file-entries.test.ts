import { settled } from '../../../functions/domain/approval.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { fileEntries } from '../../../functions/flows/effects/file-entries.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { START, approval } from '../../support/records.ts'

const { id } = approval()

/** A bot with an approval of three entries, whose table takes its time. */
const bot = async () => {
  const made = botInMemory()
  const { approvals } = made.services
  await approvals.create(settled(approval(), { how: 'expired' }, START))
  const change: typeof approvals.change = async (...given) => {
    await new Promise((resolve) => setImmediate(resolve))
    return approvals.change(...given)
  }
  const services = { ...made.services, approvals: { ...approvals, change } }
  return { ...made, services, left: async () => (await readApproval(services, id))!.journal.unfiled }
}

test('all entries of an approval are filed, and then leave the approval', async () => {
  const { services, entriesOf, left } = await bot()
  const entries = await left()
  await fileEntries(services, id)
  expect(await entriesOf(id)).toEqual(entries)
  expect(entries).toHaveLength(3)
  expect(await left()).toEqual([])
})

test('entries that could not be filed stay in the approval', async () => {
  const { services, left } = await bot()
  const file = async (): Promise<never> => {
    throw new Error('the table is down')
  }
  await expect(fileEntries({ ...services, entries: { file } }, id)).rejects.toThrow('the table is down')
  expect(await left()).toHaveLength(3)
})

test('an approval without entries to file, or that does not exist, is left alone', async () => {
  const { services, left } = await bot()
  await fileEntries(services, id)
  expect(await fileEntries(services, id)).toEqual({ kind: 'done', next: [] })
  expect(await fileEntries(services, 'none')).toEqual({ kind: 'done', next: [] })
  expect(await left()).toEqual([])
})
