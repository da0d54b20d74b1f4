import { settled } from '../../functions/domain/approval.ts'
import {
  acquireSending,
  isUnsent,
  releaseSending,
  renewSending,
  sendingUnclear,
} from '../../functions/domain/sending.ts'
import { SECOND, START, approval, deciding } from '../support/records.ts'

test('a sender that renews its lease keeps other functions off for the full time again', () => {
  const [acquired] = acquireSending(deciding(), 'a', START)
  const [renewed, lease] = renewSending(acquired, 'a', START + 15 * SECOND)
  expect(lease).toEqual({ owner: 'a', until: START + 35 * SECOND })
  expect(acquireSending(renewed, 'b', START + 34 * SECOND)).toEqual([
    renewed,
    { kind: 'busy', until: START + 35 * SECOND },
  ])
  expect(acquireSending(renewed, 'b', START + 35 * SECOND)[1]).toMatchObject({ kind: 'acquired', mustLookFirst: true })
})

test('no function may send the verdict of an approval that has ended, or waits again', () => {
  const [acquired] = acquireSending(deciding(), 'a', START)
  for (const state of [settled(approval(), { how: 'expired' }, START).state, { name: 'waiting' } as const]) {
    const other = { ...deciding(), state }
    expect(acquireSending(other, 'a', START)).toEqual([other, { kind: 'undecided' }])
    const since = { ...acquired, state }
    expect(renewSending(since, 'a', START)).toEqual([since, null])
  }
})

test('a verdict is unsent until a function begins to send it', () => {
  expect([approval(), deciding(), acquireSending(deciding(), 'a', START)[0]].map(isUnsent)).toEqual([
    false,
    true,
    false,
  ])
})

test('after a sender that does not know whether the verdict arrived, the next one looks first, at once', () => {
  const [acquired] = acquireSending(deciding(), 'a', START)
  const unclear = sendingUnclear(acquired, 'a', START + SECOND)
  expect(unclear).toEqual({ ...acquired, sending: { owner: 'a', until: START + SECOND } })
  expect(acquireSending(unclear, 'b', START + SECOND)[1]).toMatchObject({ kind: 'acquired', mustLookFirst: true })
  expect(sendingUnclear(acquired, 'b', START + SECOND)).toBe(acquired)
})

test('after a sender whose verdict did not arrive, the next one need not look', () => {
  const [acquired] = acquireSending(deciding(), 'a', START)
  const free = releaseSending(acquired, 'a')
  expect(free).toEqual(deciding())
  expect(acquireSending(free, 'b', START)[1]).toMatchObject({ kind: 'acquired', mustLookFirst: false })
  expect(releaseSending(acquired, 'b')).toBe(acquired)
})
