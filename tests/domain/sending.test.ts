import { settled } from '../../functions/domain/approval.ts'
import { acquireSending, renewSending } from '../../functions/domain/sending.ts'
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

test('no function may send the verdict of an approval that has ended', () => {
  const ended = settled(approval(), { how: 'expired' }, START)
  expect(acquireSending(ended, 'a', START)).toEqual([ended, { kind: 'settled' }])
  const [acquired] = acquireSending(deciding(), 'a', START)
  const since = settled(acquired, { how: 'expired' }, START)
  expect(renewSending(since, 'a', START)).toEqual([since, null])
})
