import type { Effect } from '../../../functions/domain/effect.ts'
import { performDue, loggedEffect } from '../../../functions/flows/effects/perform-effect.ts'
import { queuedEffects } from '../../../functions/flows/effects/queued-effects.ts'
import { sealedSteering } from '../../../functions/domain/steering.ts'
import type { CommandAnswer } from '../../../functions/ports/cards.ts'
import { KEY, START, actor } from '../../support/records.ts'
import { standingAct } from '../steer/standing-act.ts'

test.each([
  ['https://hooks.slack.com/1', 'send'],
  [undefined, 'tell'],
] as const)('who steered a pipeline is told what they asked for: at %s', async (answerTo, by) => {
  const { services, request } = await standingAct('stop')
  const one = { ...request(), thread: '1.000001' }
  const said: [CommandAnswer, string][] = []
  const sent: unknown[][] = []
  const answers: typeof services.answers = {
    messageFor: (...given) => (said.push(given), '{}'),
    send: async (...given) => (sent.push(['send', ...given]), { kind: 'posted' }),
    tell: async (...given) => (sent.push(['tell', ...given]), { kind: 'posted' }),
  }
  const seal = await services.seals.seal(sealedSteering(one))
  const effect: Effect = { do: 'steer-pipeline', request: one, seal, ...(answerTo && { answerTo }) }
  const noExecution = async () => null
  services.executions = { ...services.executions, change: noExecution }
  await performDue(services, { effect, attempt: 1 }, queuedEffects({ ...services, answers }))
  expect(said).toEqual([
    [{ kind: 'steered', answer: 'taken', because: null, steering: expect.objectContaining({ act: 'stop' }) }, ''],
  ])
  expect(sent).toEqual([
    by === 'send'
      ? ['send', answerTo, '{}']
      : [
          'tell',
          expect.objectContaining({ userId: 'U0DANA', channel: 'C0DEPLOYS', thread: '1.000001', message: '{}' }),
        ],
  ])
})

const who = actor('U0DANA')
const typed = { id: 'c1', text: 'help', who, at: START, responseUrl: 'https://hooks.slack.com/1' }
const request = {
  id: 's1',
  act: 'stop',
  execution: KEY,
  stage: null,
  choice: 'wait',
  reason: 'x',
  who,
  at: START,
} as const
const answers = { id: 'a1', approvals: ['1'], verdict: 'Approved', comment: 'x', who, at: START } as const

test.each<[Effect, object]>([
  [
    { do: 'steer-pipeline', request, seal: 'seal' },
    { do: 'steer-pipeline', act: 'stop', execution: KEY, user: 'U0DANA' },
  ],
  [
    { do: 'take-command', command: typed, seal: 'seal' },
    { do: 'take-command', command: 'c1', user: 'U0DANA' },
  ],
  [
    { do: 'answer-command', userId: 'U0DANA', responseUrl: 'https://hooks.slack.com/1', message: '{}' },
    { do: 'answer-command', user: 'U0DANA' },
  ],
  [
    { do: 'tell-person', userId: 'U0DANA', channel: null, message: '{}' },
    { do: 'tell-person', user: 'U0DANA' },
  ],
  [
    { do: 'answer-several', answers, seal: 'seal' },
    { do: 'answer-several', answers: 'a1', user: 'U0DANA' },
  ],
  [
    { do: 'check-approval', approval: '1' },
    { do: 'check-approval', approval: '1' },
  ],
])('of %j no words, address or seal are logged', (effect, logged) => {
  expect(loggedEffect(effect)).toEqual(logged)
})
