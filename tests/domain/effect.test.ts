import type { Effect } from '../../functions/domain/effect.ts'
import { handedOn, isSameEffect, withoutLease } from '../../functions/domain/effect.ts'
import { START } from '../support/records.ts'

const LEASE = { owner: 'a', mustLookFirst: false, notBefore: START }
const SHOW: Effect = { do: 'show-approval', approval: 'a1' }
const LEASED: Effect = { ...SHOW, lease: LEASE }
const CHECK: Effect = { do: 'check-approval', approval: 'a1' }

test('two effects are the same work, whatever lease they have', () => {
  expect(isSameEffect(LEASED, SHOW)).toBe(true)
  expect(isSameEffect(LEASED, { ...LEASED, lease: { ...LEASE, owner: 'b' } })).toBe(true)
  expect(isSameEffect(SHOW, { ...SHOW, approval: 'a2' })).toBe(false)
  expect(isSameEffect(CHECK, { ...CHECK, unlessLookedAt: true })).toBe(false)
})

test('without its lease an effect is what it was before', () => {
  expect(withoutLease(LEASED)).toEqual(SHOW)
  expect(withoutLease(SHOW)).toBe(SHOW)
  expect(withoutLease(CHECK)).toBe(CHECK)
})

test('an effect is handed on with its lease, unless it has a turn of its own', () => {
  expect(handedOn(LEASED)).toEqual({ ...LEASED, lease: { ...LEASE, isHandedOn: true } })
  expect(handedOn({ ...SHOW, lease: { ...LEASE, turnAt: START } })).toEqual(SHOW)
  expect(handedOn(CHECK)).toBe(CHECK)
})
