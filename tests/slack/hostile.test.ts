import fc from 'fast-check'
import { statusFrom } from '../../functions/domain/pipeline-status.ts'
import { approvalMessage } from '../../functions/slack/approval-message.ts'
import { DECISIONS, answerModal, decisionModal } from '../../functions/slack/decision-modal.ts'
import { commandAnswer } from '../../functions/slack/command-answer.ts'
import { executionMessage } from '../../functions/slack/execution-message.ts'
import { executionNotice } from '../../functions/slack/execution-notice.ts'
import { noticeMessage } from '../../functions/slack/notice-message.ts'
import { noneToAnswer, severalModal } from '../../functions/slack/several-form.ts'
import { approvalCounts, asMessage, refused, refusedLater } from '../../functions/slack/private-answer.ts'
import {
  addresses,
  answerProblems,
  messageProblems,
  modalProblems,
  mrkdwnTexts,
  people,
} from '../support/block-kit-limits.ts'
import {
  MARK,
  hostileApprovalCard,
  hostileExecutionCard,
  hostileNoticeCard,
  hostileOutsideCard,
  hostileRefusalCard,
  hostileText,
} from './hostile-records.ts'
import { wholeInCi } from '../support/whole-in-ci.ts'

/** No text that others wrote is read as markup, and every link leads to a page. */
const expectInert = (of: unknown) => {
  expect(mrkdwnTexts(of).filter((text) => text.includes(MARK) || text.includes('<!channel>'))).toEqual([])
  expect(addresses(of).filter((url) => !/^https?:\/\/\S+$/.test(url))).toEqual([])
}

describe('what people write into names, commits, comments and links', () => {
  test('the approval’s message keeps to Slack’s limits and reads none of it as markup', () => {
    fc.assert(
      fc.property(hostileApprovalCard, fc.boolean(), (card, mentions) => {
        const message = approvalMessage(card, { mentions })
        expect(messageProblems(message)).toEqual([])
        expectInert(message.blocks)
        if (!mentions) expect(people(message)).toEqual([])
      }),
      { numRuns: wholeInCi(120, 30) },
    )
  })

  test('a notice does, and mentions only the people whom it is for', () => {
    fc.assert(
      fc.property(hostileNoticeCard, (card) => {
        const message = noticeMessage(card)
        expect(answerProblems(message)).toEqual([])
        expectInert(message.blocks)
        expect(people(message).filter((one) => !card.mention.includes(one))).toEqual([])
        expect(people(message).length).toBeLessThanOrEqual(21)
      }),
      { numRuns: wholeInCi(120, 30) },
    )
  })

  test('a private answer does, as a message and in a modal’s place', () => {
    fc.assert(
      fc.property(hostileRefusalCard, (card) => {
        const { refusal, approval, route } = card
        for (const answer of [refused(refusal, approval, route), refusedLater(card), approvalCounts(approval, route)]) {
          expect(answerProblems(asMessage(answer))).toEqual([])
          expectInert(asMessage(answer).blocks)
          expect(modalProblems(answerModal(answer))).toEqual([])
          expectInert(answerModal(answer))
        }
      }),
      { numRuns: wholeInCi(120, 30) },
    )
  })

  test('the answer to a command does, however much waits', () => {
    fc.assert(
      fc.property(hostileRefusalCard, fc.integer({ min: 0, max: 30 }), hostileText, (card, many, typed) => {
        const { refusal, approval, route } = card
        const judged = Array.from({ length: many }, (_, index) => ({
          approval,
          route,
          refusal: index % 2 === 0 ? refusal : null,
        }))
        const forOthers = judged.filter((one) => one.refusal !== null)
        const forYou = judged.filter((one) => one.refusal === null)
        const several = {
          approvals: Array.from({ length: 10 }, () => 'a'.repeat(32)),
          rest: many,
          seal: 'f'.repeat(64),
        }
        const refusedOnes = Array.from({ length: 10 }, () => ({ kind: 'refused', approval, route, refusal }) as const)
        const answered = [...refusedOnes.slice(many % 5), { kind: 'counted', approval, route } as const].slice(0, 10)
        const modal = severalModal(several, judged.slice(0, 10), null)
        if (judged.length > 0) expect(modalProblems(modal)).toEqual([])
        expectInert(modal)
        expect(answerProblems(asMessage(noneToAnswer(judged)))).toEqual([])
        for (const answer of [
          { kind: 'pending', forYou, several, forOthers, unseen: many },
          { kind: 'several', verdict: 'Approved', answered, unclear: many },
          { kind: 'several-late' },
          { kind: 'why', about: typed, judged: judged.slice(0, 5) },
          { kind: 'not-told', because: typed },
          { kind: 'unanswered' },
        ] as const) {
          const message = commandAnswer(answer, typed)
          expect(answerProblems(message)).toEqual([])
          expectInert(message.blocks)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('what is told of pipelines does', () => {
    fc.assert(
      fc.property(
        fc.array(hostileExecutionCard, { minLength: 1, maxLength: 3 }),
        hostileRefusalCard,
        hostileText,
        (cards, { approval }, typed) => {
          const [first, ...rest] = cards.map(({ execution }) => execution)
          const executions = [first!, ...rest] as const
          const status = statusFrom([...executions])
          const live = executions.map((execution) => ({ stage: typed, execution, at: 1, startedAt: 0 }))
          const frozen = [{ name: typed, zone: 'UTC', until: null }]
          const shown = {
            ...status,
            running: executions,
            failed: first!,
            live,
            frozen,
            held: [{ stage: typed, reason: typed, since: 1, userId: null, name: typed }],
          }
          const approvals = Array.from({ length: 5 }, () => approval)
          for (const answer of [
            { kind: 'status', about: typed, since: 1, pipelines: Array.from({ length: 6 }, () => shown), unseen: 3 },
            { kind: 'status', about: typed, since: 1, pipelines: [{ ...shown, held: null }], unseen: 0 },
            { kind: 'status', about: typed, since: 1, pipelines: [], unseen: 0 },
            {
              kind: 'history',
              about: typed,
              since: 1,
              pipeline: typed,
              releases: live.map((one) => ({ ...one, approvals })),
            },
            { kind: 'history', about: typed, since: 1, pipeline: null, releases: [] },
            { kind: 'diff', about: typed, since: 1, status: { ...status, live } },
            { kind: 'diff', about: typed, since: 1, status },
          ] as const) {
            const message = commandAnswer(answer, typed)
            expect(answerProblems(message)).toEqual([])
            expectInert(message.blocks)
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  test('the execution’s message does', () => {
    fc.assert(
      fc.property(hostileExecutionCard, (card) => {
        const message = executionMessage(card)
        expect(messageProblems(message)).toEqual([])
        expectInert(message.blocks)
      }),
      { numRuns: wholeInCi(120, 30) },
    )
  })

  test('the message of a build or a deployment outside a pipeline does, and its notice', () => {
    fc.assert(
      fc.property(hostileOutsideCard, fc.boolean(), (card, isRecovered) => {
        const { execution, consoleUrl } = card
        const notice = { kind: 'deployment', key: 'failed-1', dueAt: 0, channel: null } as const
        const failingSince = isRecovered ? 1 : null
        const told = {
          kind: 'execution-notice',
          notice,
          execution,
          consoleUrl,
          mention: ['U0ANA'],
          failingSince,
        } as const
        // The notice mentions people on purpose.
        expect([...messageProblems(executionMessage(card)), ...answerProblems(executionNotice(told))]).toEqual([])
        expectInert([executionMessage(card).blocks, executionNotice(told).blocks])
      }),
      { numRuns: wholeInCi(120, 30) },
    )
  })

  test('the modal does', () => {
    fc.assert(
      fc.property(hostileApprovalCard, fc.constantFrom(...DECISIONS), ({ approval, route }, decision) => {
        const modal = decisionModal(approval, route, decision)
        expect(modalProblems(modal)).toEqual([])
        expectInert(modal)
      }),
      { numRuns: wholeInCi(120, 30) },
    )
  })
})
