import type { PipelineDeclaration } from '../../local/aws/codepipeline/codepipeline.ts'
import type { CodePipeline } from '../../local/aws/codepipeline/codepipeline.ts'
import { automaticRuleOf } from '../../functions/domain/approval.ts'
import type { Approval } from '../../functions/domain/approval.ts'
import { timedApprovals } from '../../functions/domain/later.ts'
import { confirmableUntil } from '../../functions/domain/override-review.ts'
import type { Act } from '../../functions/domain/act.ts'
import type { Verdict } from '../../functions/domain/policy.ts'
import type { Chance } from './chance.ts'
import type { Asked, Ledger } from './ledger.ts'
import type { MemorySlack } from '../support/memory/slack.ts'
import { PIPELINE } from './pipeline-under-test.ts'
import { MARKUP, somePerson, someStart } from './configuration.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface Surroundings {
  time: VirtualTime
  chance: Chance
  ledger: Ledger
  slack: MemorySlack
  engine: () => CodePipeline
  edits: PipelineDeclaration[]
  /** They override rules that have failed. */
  overridesRules: boolean
  /** A stand-in, or a person who is away, who clicks in place of another; null for the person whom chance picks. */
  standIn: () => string | null
  /** From then on people do nothing. */
  until: number
  click: (approvalId: string, userId: string, act: Act) => void
  trace: (line: string) => void
}

const CONSOLE = 'arn:aws:sts::111122223333:assumed-role/Console/dana'
const GLASS: Act = { do: 'break-glass', reason: 'The shop is down' }
const CONFIRM: Act = { do: 'confirm-override', comment: `It was right ${MARKUP}` }
const MINUTE = 60_000
/** Few enough for a history that a person can read. */
const MOST_APPROVALS = 10

/** What people do about approvals, each at some time after the request. */
export class People {
  readonly #around: Surroundings

  constructor(around: Surroundings) {
    this.#around = around
  }

  push(): void {
    const { engine, ledger, chance } = this.#around
    const { by, ...trigger } = someStart(chance)
    this.#do(by === 'push' ? 'a person pushes' : `${trigger.triggerDetail} starts a release`, () => {
      const { pipelineExecutionId } = engine().sourceChanged(PIPELINE, trigger)
      if (by !== 'push') ledger.involved.set(pipelineExecutionId, { wrote: [], started: by })
    })
  }

  /** An approval waits: sooner or later people act on it, once or several times. */
  wereAsked(asked: Asked): void {
    const { chance, ledger } = this.#around
    if (ledger.asked.size > MOST_APPROVALS) return
    for (let reactions = chance.between(0, 5); reactions > 0; reactions--)
      this.#after(chance.is(0.7) ? 2 * MINUTE : 15 * MINUTE, () => this.#react(asked))
  }

  stageFailed(stageName: string, pipelineExecutionId: string): void {
    const { chance, ledger, engine, overridesRules } = this.#around
    if (overridesRules && chance.is(0.5))
      for (const conditionType of ['BEFORE_ENTRY', 'ON_SUCCESS'] as const)
        this.#after(
          3 * MINUTE,
          () =>
            this.#do(`a person overrides the rules of ${stageName} (${conditionType})`, () =>
              engine().overrideStageCondition(
                { pipelineName: PIPELINE, stageName, pipelineExecutionId, conditionType },
                CONSOLE,
              ),
            ),
          1_500,
        )
    if (ledger.asked.size > MOST_APPROVALS || !chance.is(0.5)) return
    const retryMode = chance.pick(['FAILED_ACTIONS', 'ALL_ACTIONS'] as const)
    // Events have whole seconds, and people do not retry within the second of the failure.
    this.#after(
      3 * MINUTE,
      () =>
        this.#do(`a person retries ${stageName} (${retryMode})`, () =>
          engine().retryStageExecution({ pipelineName: PIPELINE, stageName, pipelineExecutionId, retryMode }),
        ),
      1_500,
    )
  }

  #react(asked: Asked): void {
    const { chance, engine, ledger, edits, slack } = this.#around
    const { pipeline: pipelineName, stage: stageName, action: actionName } = asked.where
    const stop = (abandon: boolean) => () =>
      this.#do(`a person stops the execution${abandon ? ' and abandons its actions' : ''}`, () =>
        engine().stopPipelineExecution({
          pipelineName,
          pipelineExecutionId: asked.executionId,
          abandon,
          reason: 'Not now',
        }),
      )
    const reactions: [number, () => void][] = [
      [18, () => this.#meet(asked)],
      [3, () => this.push()],
      [
        2,
        () => {
          const status = this.#verdict()
          const summary = chance.pick(['', 'Seen by hand'])
          this.#do(`a person decides in the AWS console: ${status}`, () => {
            const { token } = asked
            engine().putApprovalResult(
              { pipelineName, stageName, actionName, token, result: { status, summary } },
              CONSOLE,
            )
            ledger.decisions.set(token, { by: 'console', verdict: status, summary })
          })
        },
      ],
      [1, stop(true)],
      [1, stop(false)],
      [1, () => this.#do('a person edits the pipeline', () => this.#edit(chance.pick(edits)))],
      [1, () => slack.live(`approval/${asked.id}`).forEach((message) => this.#delete(message.place.ts))],
    ]
    const all = reactions.flatMap(([weight, react]) => Array.from({ length: weight }, () => react))
    chance.pick(all)()
  }

  #edit(declaration: PipelineDeclaration): void {
    const { engine, ledger, time } = this.#around
    engine().updatePipeline(declaration)
    ledger.edited.push({ stages: declaration.stages.map(({ name }) => name), at: time.now() })
  }

  /** A few people look at the same message at about the same time, mostly while it can be decided. */
  #meet({ id }: Asked): void {
    const { chance } = this.#around
    for (let people = chance.between(1, 4); people > 0; people--)
      this.#after(chance.pick([300, 3_000, 30_000]), () => {
        const card = this.#around.slack.live(`approval/${id}`)[0]?.card
        if (card?.kind !== 'approval') return
        const asks = card.approval.state.name === 'waiting' || confirmableUntil(card.approval) !== null
        if (!asks && chance.is(0.7)) return
        this.#actOn(card.approval)
      })
  }

  /** Mostly a vote; now and then another act that the message offers, or one that it does not. */
  #actOn(approval: Approval): void {
    const { chance } = this.#around
    const { id, votes, newer, resolvedPolicy, override } = approval
    // The person who overrode the freeze tries as well.
    if (confirmableUntil(approval) !== null && chance.is(0.5))
      return this.#click(id, chance.pick([override!.userId, somePerson(chance), somePerson(chance)]), CONFIRM)
    const offered: [string, Act][] = [
      ...votes.map(({ userId }): [string, Act] => [userId, { do: 'withdraw' }]),
      ...(automaticRuleOf(approval) ? [[somePerson(chance), { do: 'stop-automatic' }] as [string, Act]] : []),
      ...timedApprovals(approval).map(({ userId }): [string, Act] => [userId, { do: 'deploy-now' }]),
      ...(newer ? [[somePerson(chance), { do: 'take-newer' }] as [string, Act]] : []),
      ...(resolvedPolicy?.frozen ? resolvedPolicy.policy.breakGlass : []).map((userId): [string, Act] => [
        userId,
        GLASS,
      ]),
    ]
    if (offered.length > 0 && chance.is(0.4)) return this.#click(id, ...chance.pick(offered))
    const odd = chance.pick<Act>([{ do: 'withdraw' }, { do: 'take-newer' }, GLASS])
    const verdict = this.#verdict()
    const comment = verdict === 'Approved' && chance.is(0.2) ? chance.pick(['', 'Seen']) : `Seen ${MARKUP}`
    const vote: Act = { do: 'vote', verdict, comment, ...this.#chosenTime(approval, verdict) }
    const person = somePerson(chance)
    this.#click(id, this.#around.standIn() ?? person, chance.is(0.05) ? odd : vote)
  }

  /** Where the route lets them, many approve for a time some minutes ahead. */
  #chosenTime({ resolvedPolicy }: Approval, verdict: Verdict): { notBefore?: number } {
    const { chance, time } = this.#around
    if (verdict === 'Rejected' || !resolvedPolicy?.policy.later || !chance.is(0.6)) return {}
    return { notBefore: time.now() + chance.between(10_000, 20 * MINUTE) }
  }

  #click(approvalId: string, userId: string, act: Act): void {
    const { chance, click, time, trace } = this.#around
    trace(`${userId} clicks ${act.do === 'vote' ? act.verdict : act.do} on ${approvalId.slice(0, 8)}`)
    click(approvalId, userId, act)
    if (chance.is(0.15)) time.in(chance.between(50, 3_000), () => click(approvalId, userId, act))
  }

  #delete(ts: string): void {
    const { slack, ledger, trace } = this.#around
    trace(`a person deletes the message ${ts}`)
    ledger.deletedByPeople.add(ts)
    for (const message of slack.messages) if (message.place.ts === ts) message.deleted = true
  }

  #verdict(): Verdict {
    return this.#around.chance.is(0.75) ? 'Approved' : 'Rejected'
  }

  #after(most: number, act: () => void, least = 0): void {
    const { time, chance, until } = this.#around
    time.in(chance.between(least, most), () => {
      if (time.now() < until) act()
    })
  }

  /** AWS may refuse: another person was faster. */
  #do(what: string, act: () => unknown): void {
    const { trace } = this.#around
    trace(what)
    try {
      act()
    } catch (error) {
      trace(`AWS says no: ${String(error)}`)
    }
  }
}
