import * as z from 'zod/mini'
import { Malformed, parseAs } from '../functions/malformed.ts'

const SCHEMA = z.object({
  name: z.string().check(z.regex(/^[a-z]+$/)),
  act: z.enum(['approve', 'reject']),
  ids: z.array(z.string()).check(z.minLength(1)),
  at: z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), 'not a date')),
})
const GOOD = { name: 'shop', act: 'approve', ids: ['a'], at: '2026-11-23' }

/** This file loads no other module of ours, as traffic-shifting loads no configuration. */
describe('a payload of another shape is refused with what is wrong in it', () => {
  test.each<[string, unknown]>([
    ['the whole: expected object, received null', null],
    ['the whole: expected object, received array', []],
    ['name: expected string, received undefined', { ...GOOD, name: undefined }],
    ['name: expected /^[a-z]+$/', { ...GOOD, name: '1' }],
    ['act: expected approve or reject', { ...GOOD, act: 'withdraw' }],
    ['ids: too small', { ...GOOD, ids: [] }],
    ['ids.0: expected string, received number', { ...GOOD, ids: [1] }],
    ['at: not a date', { ...GOOD, at: 'soon' }],
    ['name: expected string, received number; at: not a date', { ...GOOD, name: 1, at: 'soon' }],
  ])('%s', (problems, value) => {
    expect(() => parseAs(SCHEMA, value, 'The payload')).toThrow(new Malformed('The payload', [problems]))
  })

  test('and never with the value itself', () => {
    expect(() => parseAs(SCHEMA, { ...GOOD, act: 'xoxb-secret', name: 'XOXB' }, 'x')).toThrow(/^((?!xoxb).)*$/i)
  })
})
