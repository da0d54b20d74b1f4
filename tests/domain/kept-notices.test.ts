import { settled } from '../../functions/domain/approval.ts'
import { staleNotices, withNoticesShown } from '../../functions/domain/kept-notices.ts'
import { START, approval } from '../support/records.ts'

const place = (ts: string) => ({ channel: 'C0LEADS', ts, link: null })
const said = (ts: string) => ({ name: 'said', at: START, place: place(ts), shown: 0 }) as const

test('notices that ask for an approval are kept true; those that tell what has happened stay as they are', () => {
  const keys = [
    'reminder-1',
    'reminder-2',
    'escalation',
    'escalation-channel',
    'last-call',
    'turn-2',
    'direct-U0DANA',
    'overtaken-1',
    'outcome',
    'glass-broken',
  ]
  const of = approval({ notices: Object.fromEntries(keys.map((key) => [key, said(key)])) })
  expect(staleNotices(of).map(({ key, kind, channel, place }) => [key, kind, channel, place.ts])).toEqual([
    ['reminder-1', 'reminder', null, 'reminder-1'],
    ['reminder-2', 'reminder', null, 'reminder-2'],
    ['escalation', 'escalation', null, 'escalation'],
    ['escalation-channel', 'escalation', 'C0LEADS', 'escalation-channel'],
    ['last-call', 'last-call', null, 'last-call'],
    ['turn-2', 'turn', null, 'turn-2'],
    ['direct-U0DANA', 'direct', 'C0LEADS', 'direct-U0DANA'],
    ['overtaken-1', 'overtaken', null, 'overtaken-1'],
  ])
})

test('a notice that mentioned no one mentions no one when it is written again', () => {
  const notices = { 'reminder-1': said('1'), 'reminder-2': { ...said('2'), isQuiet: true } } as const
  expect(staleNotices(approval({ notices })).map(({ isQuiet }) => isQuiet)).toEqual([false, true])
})

test('a notice is written again until it shows the approval, and once more at its end', () => {
  const { truth } = approval().showing
  const showing = (shown: number | 'closed') => approval({ notices: { 'reminder-1': { ...said('1'), shown } } })
  const ended = (shown: number | 'closed') => settled(showing(shown), { how: 'expired' }, START)
  expect(
    [showing(truth - 1), showing(truth), ended(truth), ended('closed')].map((of) => staleNotices(of).length),
  ).toEqual([1, 0, 1, 0])
})

test('a notice that was written again shows the new content, and the others what they showed', () => {
  const begun = { name: 'begun', owner: 'sweep', until: START, refusedSince: null } as const
  const notices = { 'reminder-1': said('1'), 'reminder-2': said('2'), turn: begun } as const
  const of = approval({ notices })
  expect(withNoticesShown(of, ['reminder-2', 'turn'], 5)).toEqual({
    ...of,
    notices: { ...notices, 'reminder-2': { ...said('2'), shown: 5 } },
  })
})
