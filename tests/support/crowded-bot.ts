import type { Effect } from '../../functions/domain/effect.ts'
import { readApproval } from '../../functions/flows/approval/change-approval.ts'
import type { Services } from '../../functions/ports/services.ts'
import { botInMemory } from './bot-in-memory.ts'
import { MemoryTable, memoryTables } from './memory/table.ts'
import { approval } from './records.ts'

const { id } = approval()

/** A bot whose every write to the approval meets another one, for so many writes. */
export const crowdedBot = async (others: number) => {
  const bot = botInMemory()
  const table = new MemoryTable()
  let left = others
  const calls: string[] = []
  const { approvals } = memoryTables(table, {
    read: async (what, land) => {
      calls.push(what)
      return land()
    },
    write: async (what, land) => {
      calls.push(what)
      if (left > 0) {
        left -= 1
        return false
      }
      return land()
    },
  })
  left = 0
  const { showing, ...asked } = approval()
  await approvals.create({ ...asked, showing: { ...showing, place: { channel: 'C0RELEASES', ts: '1.1', link: null } } })
  left = others
  calls.length = 0
  const whispered: string[] = []
  const slack = {
    ...bot.services.slack,
    whisper: (_: string | null, userId: string) => Promise.resolve(void whispered.push(userId)),
  }
  const services: Services = { ...bot.services, approvals, slack }
  return {
    ...bot,
    services,
    calls,
    whispered,
    quiet: () => void (left = 0),
    read: async () => (await readApproval(services, id))!,
    /** What is in the queue. */
    taken: <D extends Effect['do']>(name: D) =>
      bot.queued.map(({ due: { effect } }) => {
        if (effect.do !== name) throw new Error(`${effect.do} is queued`)
        return effect as Extract<Effect, { do: D }>
      }),
  }
}
