import { settled } from '../../../functions/domain/approval.ts'
import type { Approval } from '../../../functions/domain/approval.ts'
import { readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { announceVerdict } from '../../../functions/flows/effects/announce-verdict.ts'
import type { Announcements } from '../../../functions/ports/announcements.ts'
import type { Services } from '../../../functions/ports/services.ts'
import { botInMemory } from '../../support/bot-in-memory.ts'
import { START, approval } from '../../support/records.ts'

const { id } = approval()
const NOTHING = { kind: 'done', next: [] }

/** A bot with this approval, whose table takes its time. */
const bot = async (of: Approval, environment: string | null = null) => {
  const made = botInMemory({ environment })
  const { approvals } = made.services
  await approvals.create(of)
  const put: Parameters<Announcements['put']>[0][] = []
  const services: Services = {
    ...made.services,
    announcements: { put: async (event) => void put.push(event) },
    approvals: {
      ...approvals,
      change: async (...given) => {
        await new Promise((resolve) => setImmediate(resolve))
        return approvals.change(...given)
      },
    },
  }
  const announce = () => announceVerdict(services, id)
  return { ...made, put, announce, read: async () => (await readApproval(services, id))! }
}

const ended = (more: Partial<Approval> = {}) => settled(approval(more), { how: 'expired' }, START)

describe('the end of an approval', () => {
  test('is announced once, counted, recorded, and its entry filed', async () => {
    const { announce, put, read, counted } = await bot(ended())
    expect(await announce()).toEqual({ kind: 'done', next: [{ do: 'file-entries', approval: id }] })
    expect(put).toMatchObject([
      {
        detailType: 'Greenlight Approval Decided',
        resources: ['arn:aws:codepipeline:eu-west-1:111122223333:shop-web'],
        at: START,
      },
    ])
    const { announced, journal } = await read()
    expect(announced).toBe(true)
    expect(journal.unfiled.at(-1)?.happened).toEqual({ what: 'announced', event: 'Greenlight Approval Decided' })
    expect(await announce()).toEqual(NOTHING)
    expect(put).toHaveLength(1)
    expect(counted).toEqual(['VerdictAnnounced'])
  })

  test.each<[string, string | null, readonly string[]]>([
    ['Shop', 'Shop', ['Staging', 'Production']],
    ['Staging, Production', null, ['Staging', 'Production']],
    ['Production', null, []],
  ])(
    'names the environment %s: as the route says, else the stages it deploys to, else its own',
    async (name, configured, into) => {
      const { announce, put } = await bot(ended({ change: { ...approval().change, into: [...into] } }), configured)
      await announce()
      expect(put).toMatchObject([{ detail: { environment: name } }])
    },
  )

  test('is not announced before there is one', async () => {
    const { announce, put } = await bot(approval())
    expect(await announce()).toEqual(NOTHING)
    expect(put).toEqual([])
  })
})
