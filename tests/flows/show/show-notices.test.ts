import type { Approval } from '../../../functions/domain/approval.ts'
import { changeApproval, readApproval } from '../../../functions/flows/approval/change-approval.ts'
import { showNotices } from '../../../functions/flows/show/show-notices.ts'
import type { NoticeCard } from '../../../functions/ports/cards.ts'
import type { Services } from '../../../functions/ports/services.ts'
import type { UpdateOutcome } from '../../../functions/ports/slack.ts'
import { botInMemory, slowly } from '../../support/bot-in-memory.ts'
import { SECOND, START, approval } from '../../support/records.ts'

const { id, showing } = approval()
const said = (ts: string) =>
  ({ name: 'said', at: START, place: { channel: 'C0RELEASES', ts, link: null }, shown: showing.truth - 1 }) as const
const REMINDED_TWICE = { 'reminder-1': said('1'), 'reminder-2': said('2') }
const UPDATED: UpdateOutcome = { kind: 'updated' }

/** A bot whose two reminders show what the approval was before, and a Slack that gives these answers, in turn. */
const bot = async (...answers: UpdateOutcome[]) => {
  const made = botInMemory()
  await made.services.approvals.create(approval({ notices: REMINDED_TWICE }))
  const updated: string[] = []
  const change = (step: (of: Approval) => Approval) => changeApproval(made.services, id, (of) => [step(of), null])
  const show = (meanwhile: () => Promise<unknown> = async () => null) =>
    showNotices(
      {
        ...made.services,
        slack: {
          ...made.services.slack,
          update: async ({ ts }, card) => {
            updated.push(`${ts} ${(card as NoticeCard).notice.key}`)
            await meanwhile()
            return answers.shift() ?? UPDATED
          },
        },
      },
      id,
    )
  /** The reminders that show what the approval is. */
  const upToDate = async () => {
    const { notices, showing } = (await readApproval(made.services, id))!
    return Object.keys(notices).filter((key) => (notices[key] as { shown?: number }).shown === showing.truth)
  }
  return { ...made, updated, change, show, upToDate }
}

test('each notice is written again where it is, once', async () => {
  const { show, updated, upToDate, logged } = await bot()
  expect(await show()).toEqual({ kind: 'done', next: [] })
  expect(updated).toEqual(['1 reminder-1', '2 reminder-2'])
  expect(await upToDate()).toEqual(['reminder-1', 'reminder-2'])
  expect(await show()).toEqual({ kind: 'done', next: [] })
  expect(updated).toHaveLength(2)
  expect(logged).toEqual([])
})

test('an approval that changes meanwhile has its notices written once more', async () => {
  const { show, change } = await bot()
  await change((of) => ({ ...of, notices: { 'reminder-1': said('1') } }))
  const vote = () => change((of) => ({ ...of, showing: { ...of.showing, truth: of.showing.truth + 1 } }))
  expect(await show(vote)).toEqual({ kind: 'done', next: [{ do: 'show-notices', approval: id }] })
})

test.each<[UpdateOutcome, number, number]>([
  [{ kind: 'busy', afterSeconds: 7 }, 7, 0],
  [{ kind: 'unclear', because: 'timeout' }, 5, 0],
  [{ kind: 'refused', because: 'not_in_channel', isFinal: false }, 60, 1],
])('after the answer %j the rest is written %d seconds later', async (answer, afterSeconds, warnings) => {
  const { show, updated, upToDate, logged, pass } = await bot(UPDATED, answer)
  expect(await show()).toMatchObject({ kind: 'again', afterSeconds })
  expect(await upToDate()).toEqual(['reminder-1'])
  expect(logged.filter(({ level }) => level === 'warn')).toHaveLength(warnings)
  pass(afterSeconds * SECOND)
  expect(await show()).toEqual({ kind: 'done', next: [] })
  expect(updated.at(-1)).toBe('2 reminder-2')
  const first = await bot(answer)
  await first.show()
  expect(first.updated).toEqual(['1 reminder-1'])
})

test.each<[string, UpdateOutcome]>([
  ['was deleted', { kind: 'lost', isThere: false }],
  ['can never be changed again', { kind: 'refused', because: 'edit_window_closed', isFinal: true }],
])('a notice that %s is left alone, with a warning, and the others are written', async (_, answer) => {
  const { show, updated, upToDate, logged } = await bot(answer)
  expect(await show()).toEqual({ kind: 'done', next: [] })
  expect(updated).toHaveLength(2)
  expect(await upToDate()).toEqual(['reminder-1', 'reminder-2'])
  expect(logged).toMatchObject([{ level: 'warn', about: { approval: id, notice: 'reminder-1' } }])
})

test('a notice that mentioned no one, because it was sent in quiet hours, mentions no one when it is written again', async () => {
  const { services } = botInMemory()
  const quiet = { ...said('1'), isQuiet: true as const }
  await services.approvals.create(approval({ notices: { 'reminder-1': quiet, 'reminder-2': said('2') } }))
  const mentioned: [string, number][] = []
  const update: Services['slack']['update'] = async ({ ts }, card) => {
    mentioned.push([ts, (card as NoticeCard).mention.length])
    return UPDATED
  }
  await showNotices({ ...services, slack: { ...services.slack, update } }, id)
  expect(mentioned).toEqual([
    ['1', 0],
    ['2', 4],
  ])
})

test('all functions know that Slack asks to wait before this one ends', async () => {
  const { services } = botInMemory()
  await services.approvals.create(approval({ notices: REMINDED_TWICE }))
  const { turns } = services
  await showNotices(
    {
      ...services,
      turns: { ...turns, hold: slowly(turns.hold) },
      slack: { ...services.slack, update: async () => ({ kind: 'busy', afterSeconds: 7 }) },
    },
    id,
  )
  expect(await turns.heldUntil({ method: 'chat.update' })).toBe(START + 7 * SECOND)
})
