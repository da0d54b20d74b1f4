import type { SteeringRequest } from '../../functions/domain/steering.ts'
import {
  holdReason,
  isSteeringId,
  sealedSteering,
  steeringBegun,
  steeringId,
  steeringOver,
  steeringReleased,
  steeringRenewed,
  steeringRules,
  steeringStatement,
  steeringTakenOver,
  stopIn,
  stopReason,
  wordsOfHold,
} from '../../functions/domain/steering.ts'
import { DAY, KEY, SECOND, START, actor } from '../support/records.ts'

const CHAIN = 'steering-0123456789ab'
const request: SteeringRequest = {
  ...{ act: 'stop', execution: KEY, stage: null, choice: 'wait', reason: 'wrong version' },
  ...{ id: 'form-1', who: actor('U0DANA'), at: START },
}
const { id: _, who: __, at: ___, ...asked } = request

test.each([
  ['retry', { may: 'retry', on: 'stage', duringFreeze: false, choices: ['FAILED_ACTIONS', 'ALL_ACTIONS'] }],
  ['rollback', { may: 'rollback', on: 'stage', duringFreeze: true, toLastGood: true }],
  ['stop', { may: 'stop', on: 'pipeline', duringFreeze: true, choices: ['wait', 'abandon'], asksReason: true }],
  ['hold', { may: 'hold', on: 'stage', duringFreeze: true, transition: 'held' }],
  ['resume', { may: 'hold', on: 'stage', duringFreeze: false, transition: 'open' }],
  ['release', { may: 'release', on: 'pipeline', duringFreeze: false }],
] as const)('to %s needs a permission, and has its rules', (act, rules) => {
  expect(steeringRules(act)).toEqual(rules)
})

describe('the reason that CodePipeline keeps', () => {
  test.each([
    ['release freeze', 'Greenlight U0DANA - release freeze'],
    ['Cafés “zu”, bitte', 'Greenlight U0DANA - Cafes zu bitte'],
    ['a  b\nc', 'Greenlight U0DANA - a b c'],
    [null, 'Greenlight U0DANA -'],
    ['x'.repeat(400), `Greenlight U0DANA - ${'x'.repeat(280)}`],
  ])('of a held stage, %j, has only characters that it takes', (reason, kept) => {
    expect(holdReason('U0DANA', reason)).toBe(kept)
  })

  test('of a held stage gives the person’s words back, and others as they are', () => {
    expect(wordsOfHold('U0DANA', holdReason('U0DANA', 'release freeze'))).toBe('release freeze')
    expect(wordsOfHold('U0DANA', 'done by hand')).toBe('done by hand')
    expect(wordsOfHold(null, 'Greenlight null - x')).toBe('Greenlight null - x')
    expect(wordsOfHold('U0BEN', 'Greenlight U0DANA - x')).toBe('Greenlight U0DANA - x')
  })

  test('of a stop names the request, and takes two hundred characters', () => {
    expect(stopReason(CHAIN, 'U0DANA', 'wrong')).toBe(`Greenlight ${CHAIN} U0DANA: wrong`)
    expect(stopReason(CHAIN, 'U0DANA', null)).toBe(`Greenlight ${CHAIN} U0DANA: `)
    expect(stopReason(CHAIN, 'U0DANA', 'x'.repeat(300))).toHaveLength(200)
    expect(stopIn(stopReason(CHAIN, 'U0DANA', 'wrong'))).toEqual({ chain: CHAIN, userId: 'U0DANA' })
    for (const other of ['', `by Greenlight ${CHAIN} U0DANA: x`, `Greenlight ${CHAIN} dana: x`])
      expect(stopIn(other)).toBeNull()
  })
})

/** Byte by byte: signatures are kept for years. */
describe('the text', () => {
  const execution =
    '"execution":{"accountId":"111122223333","executionId":"5f0e9a11-2222-4333-8444-555566667777",' +
    '"pipeline":"shop-web","region":"eu-west-1"}'

  test('with which a request is sealed', () => {
    expect(sealedSteering(request)).toBe(
      `{"act":"stop","at":${START},"choice":"wait",${execution},"from":"C0RELEASES","reason":"wrong version",` +
        '"stage":null,"steering":"form-1","userId":"U0DANA"}',
    )
  })

  test('that is signed', () => {
    expect(steeringStatement(CHAIN, request, 'U0DANA', START)).toBe(
      `{"act":"stop","at":${START},"choice":"wait",${execution},"reason":"wrong version",` +
        `"stage":null,"steering":"${CHAIN}","userId":"U0DANA","version":1}`,
    )
  })
})

test('a request has a chain of its own in the audit record', () => {
  expect(isSteeringId(steeringId('form-1'))).toBe(true)
  expect(steeringId('form-1')).not.toBe(steeringId('form-2'))
  for (const other of [`a-${CHAIN}`, `${CHAIN}0`, 'freeze-0123456789ab']) expect(isSteeringId(other)).toBe(false)
})

describe('a request that is carried out', () => {
  const begun = steeringBegun(
    request,
    { before: 'InProgress', owner: 'a', signed: { key: 'k', value: 'v' }, retention: DAY },
    START + SECOND,
  )
  const until = START + 21 * SECOND
  const ANSWER = { answer: 'refused', because: 'It is over.' } as const

  test('has an entry of what was requested, and the lease of the function that calls', () => {
    expect(begun).toMatchObject({
      ...{ kind: 'steering', id: steeringId('form-1'), request, retention: DAY },
      state: { name: 'begun', before: 'InProgress', lease: { owner: 'a', until } },
    })
    expect(begun.journal.unfiled).toMatchObject([
      { at: START, happened: { what: 'steering-requested', who: actor('U0DANA'), steering: asked } },
    ])
    expect(begun.journal.keptUntil).toBe(START + DAY)
  })

  test('is taken over by one function, once its lease has ended', () => {
    expect(steeringTakenOver(begun, 'b', until - 1)).toEqual([begun, { kind: 'busy', until }])
    const [taken, acquired] = steeringTakenOver(begun, 'b', until)
    const lease = { owner: 'b', until: until + 20 * SECOND }
    expect(acquired).toEqual({ kind: 'acquired', lease })
    expect(taken).toEqual({ ...begun, state: { ...begun.state, lease } })
  })

  test('has the full time again for its owner', () => {
    const lease = { owner: 'a', until: START + 30 * SECOND }
    expect(steeringRenewed(begun, 'a', START + 10 * SECOND)).toEqual([
      { ...begun, state: { ...begun.state, lease } },
      lease,
    ])
    expect(steeringRenewed(begun, 'b', START)).toEqual([begun, null])
  })

  test('is released by its owner', () => {
    expect(steeringReleased(begun, 'a').state).toEqual({ ...begun.state, lease: null })
    expect(steeringReleased(begun, 'b')).toBe(begun)
    expect(steeringReleased(steeringReleased(begun, 'a'), 'a').state).toEqual({ ...begun.state, lease: null })
  })

  test('is answered once, with an entry', () => {
    const over = steeringOver(begun, ANSWER, START + 2 * SECOND)
    expect(over.state).toEqual({ name: 'over', ...ANSWER })
    expect(over.journal.unfiled.at(-1)).toMatchObject({
      at: START + 2 * SECOND,
      happened: { what: 'steering-answered', ...ANSWER },
    })
    expect(steeringOver(over, { answer: 'taken', because: null }, START)).toBe(over)
    expect(steeringTakenOver(over, 'b', START + DAY)).toEqual([over, null])
    expect(steeringRenewed(over, 'a', START)).toEqual([over, null])
    expect(steeringReleased(over, 'a')).toBe(over)
  })
})
