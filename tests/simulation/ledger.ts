import { approvalId } from '../../functions/domain/approval-id.ts'
import type { Act } from '../../functions/domain/act.ts'
import type { Entry } from '../../functions/domain/journal.ts'
import type { StageAction } from '../../functions/domain/pipeline.ts'
import type { Verdict } from '../../functions/domain/policy.ts'
import type { ApprovalDecided } from '../../functions/flows/effects/announce-verdict.ts'
import type { Commit } from './commit.ts'
import type { SeveralAnswers } from '../../functions/domain/several.ts'
import type { SteeringRequest } from '../../functions/domain/steering.ts'
import type { CodePipelineEvent } from '../../local/aws/codepipeline/codepipeline.ts'

export const ACCOUNT = { accountId: '111122223333', region: 'eu-west-1' } as const

/** Whether a rule approved it, by the summary that AWS keeps. */
export const isAutomatic = (summary: string): boolean => summary.startsWith('Approved automatically')

/** A person who decided, and for whom; null if for themselves. */
export interface Decider {
  userId: string
  for: string | null
}

/** Who decided, by the summary that AWS keeps: "Approved in Slack by eli (U0ELI) for dana (U0DANA); …". */
export const decidersIn = (summary: string): Decider[] => {
  const [said] = summary.split('. Glass broken by ')
  return [...said!.matchAll(/\((U0[A-Z]+)\)(?: for [^():;]*\((U0[A-Z]+)\))?/g)].map(([, userId, absent]) => ({
    userId: userId!,
    for: absent ?? null,
  }))
}

/** An approval that CodePipeline really requested. */
export interface Asked {
  token: string
  id: string
  where: StageAction
  executionId: string
  actionExecutionId: string
  at: number
  /** What started the execution, as CodePipeline names it, and the pipeline's mode. */
  trigger: string
  mode: string
  /** What was pushed. */
  commit: Commit
  /** What CodePipeline tells of the change, in order of time. It grows while the approval waits. */
  told: readonly ToldChange[]
}

/** Which change CodePipeline tells, from a time on. */
export interface ToldChange {
  from: number
  /** Of every commit that would go live. */
  authors: readonly ToldAuthor[]
  /** Whether something is live with which the change is compared, and from which it differs. */
  isCompared: boolean
}

/** Null for an address that the source does not tell. */
export interface ToldAuthor {
  name: string
  email: string | null
}

/** What a person did in Slack, when it reached the bot. */
export interface Click {
  approvalId: string
  userId: string
  act: Act
  at: number
}

/** What the bot recorded for a person, as it answered them. */
export interface Answered {
  approvalId: string
  userId: string
  what: 'voted' | 'withdrawn' | 'glass-broken' | 'automatic-stopped' | 'override-confirmed' | 'noted' | 'refused'
}

/** An answer to several approvals. */
export type AnsweredTogether = SeveralAnswers

/** What the bot told a person of such an answer: of each approval what became of it, by its ID; null if it is not there. */
export interface ToldTogether {
  userId: string
  /** The channel from which they sent it: each answer has its own. */
  channel: string | null
  answered: readonly { kind: 'unknown' | 'refused' | 'counted' | 'checked'; approval: string | null }[]
  /** Null if it came too late. */
  unclear: number | null
}

/** What a person has pressed or typed, before the function that receives it gives it an ID. */
export type Pressing = Omit<SteeringRequest, 'id' | 'at' | 'who'> & {
  userId: string
  /** They typed a command: the bot looks for the execution. */
  isTyped: boolean
}

/** A press that reached the bot, by its chain in the audit record. */
export interface Pressed extends Pressing {
  /** Where its person is told: no other press has it. */
  from: string
  at: number
}

/** A call with which someone changed how the pipeline runs. */
export interface SteeringCall {
  /** As CodePipeline names it. */
  operation: string
  input: Readonly<Record<string, unknown>>
  at: number
  /** The execution that it started; null if it started none. */
  started: string | null
}

/** A call of the bot for a person. `once`: the chain of the audit record. */
export interface Steered extends SteeringCall {
  once: string
  /** The name of the session in which it was made. */
  session: string
  /** The name of CodePipeline's error; null if it was taken. */
  error: string | null
  /** Whether the audit record had the request by then. */
  isRecorded: boolean
}

/** A verdict that the bot tried to send. `isRefused`: AWS did not let it, and its sender knows. */
export interface Sent {
  token: string
  verdict: Verdict
  summary: string
  at: number
  isRefused?: true
}

/** What the bot told a person of what they pressed. */
export interface ToldSteering {
  /** Null where the answer goes to the address of a command, which its person alone has. */
  userId: string | null
  from: string
  answer: 'taken' | 'refused'
  because: string | null
}

/** Who had a part in an execution; null for a person without a known account in Slack. */
export interface Involved {
  wrote: readonly (string | null)[]
  started: readonly (string | null)[]
}

export type Truth =
  | { kind: 'pending' }
  | { kind: 'decided'; by: 'bot' | 'console'; verdict: Verdict; summary: string }
  | { kind: 'expired' | 'stopped' | 'pipeline-edited' }

/** The states of an execution and its stages as events name them, and the time of the last event. */
interface ExecutionState {
  overall: string
  stages: Map<string, string>
  changedAt: number
  /** Every state in which it ended, in order. It can run again after each, by a retry. */
  ends: string[]
  /** The state of the newest run of each action, and CodePipeline's category of the action, by "stage/action". */
  newestRuns: Map<string, { state: string; category: string }>
}

interface Decision {
  by: 'bot' | 'console'
  verdict: Verdict
  summary: string
}

/** What really happened in one history; neither the bot nor the people see all of it. */
export class Ledger {
  readonly asked = new Map<string, Asked>()
  readonly decisions = new Map<string, Decision>()
  /** Every verdict that the bot tried to send, whether or not it arrived. */
  readonly sent: Sent[] = []
  readonly clicks: Click[] = []
  /** Every act of a person that reached the bot, answered or not. */
  readonly asking: { approvalId: string; userId: string }[] = []
  readonly answered: Answered[] = []
  /** Answers to several approvals as their people sent them, by ID; and those that the queue has taken. */
  readonly chosen = new Map<string, AnsweredTogether>()
  readonly together: AnsweredTogether[] = []
  readonly toldTogether: ToldTogether[] = []
  /** What people pressed to steer the pipeline, by its chain in the audit record. */
  readonly pressed = new Map<string, Pressed>()
  /** Every call of the bot that reached CodePipeline, and what others did there. */
  readonly steered: Steered[] = []
  /** The stages that people gave the pipeline. */
  readonly edited: { stages: readonly string[]; at: number }[] = []
  readonly steeredByOthers: SteeringCall[] = []
  readonly toldSteering: ToldSteering[] = []
  /** The failures of stages whose event was not lost. */
  readonly heardFailures: { executionId: string; stage: string; at: number }[] = []
  /** Every log line, with its fields. */
  readonly logged: string[] = []
  /** Our own events, as they arrived. */
  readonly announced: { detail: ApprovalDecided; at: number }[] = []
  readonly involved = new Map<string, Involved>()
  /** Verdicts that the bot told a person their act has fixed. */
  readonly decided: { approvalId: string; userId: string; verdict: Verdict }[] = []
  /** Tokens of notifications that ended in a dead-letter queue. */
  readonly deadNotifications = new Set<string>()
  /** Notifications that no approval action sent, by approval id. */
  readonly forged = new Set<string>()
  /** The pipeline was deleted, and with it everything that AWS knew of it. */
  pipelineDeleted = false
  /** Message timestamps that a person deleted. */
  readonly deletedByPeople = new Set<string>()
  readonly #filedAt = new Map<string, number>()
  readonly #actions = new Map<string, string>()
  readonly #executions = new Map<string, ExecutionState>()

  noteFiled(entries: readonly Pick<Entry, 'approval' | 'number'>[], at: number): void {
    for (const { approval, number } of entries) {
      const name = `${approval}/${number}`
      this.#filedAt.set(name, this.#filedAt.get(name) ?? at)
    }
  }

  /** When the audit record had the entry for certain. */
  filedAt({ approval, number }: Pick<Entry, 'approval' | 'number'>): number {
    return this.#filedAt.get(`${approval}/${number}`) ?? Infinity
  }

  /** The queue has it: each approval has been clicked, in effect. */
  takeTogether(taken: string): void {
    const answers = this.chosen.get(taken)
    if (!answers || this.together.includes(answers)) return
    this.together.push(answers)
    const { who, verdict, comment, at } = answers
    for (const approvalId of answers.approvals) {
      this.asking.push({ approvalId, userId: who.userId })
      this.clicks.push({ approvalId, userId: who.userId, act: { do: 'vote', verdict, comment }, at })
    }
  }

  ask(
    where: StageAction,
    token: string,
    run: { pipelineExecutionId: string; actionExecutionId: string },
    at: number,
    more: Pick<Asked, 'trigger' | 'mode' | 'commit' | 'told'>,
  ): Asked {
    const id = approvalId(where.accountId, where.region, token)
    const { pipelineExecutionId: executionId, actionExecutionId } = run
    const asked = { token, id, where, executionId, actionExecutionId, at, ...more }
    this.asked.set(token, asked)
    return asked
  }

  /** Stores every event, in order, whether or not it is delivered. */
  note({ detail, time, 'detail-type': type }: CodePipelineEvent): void {
    const executionId = String(detail['execution-id'])
    const execution = this.#executions.get(executionId) ?? {
      overall: '',
      stages: new Map(),
      changedAt: 0,
      ends: [] as string[],
      newestRuns: new Map(),
    }
    execution.changedAt = Date.parse(time)
    this.#executions.set(executionId, execution)
    const state = String(detail['state'])
    if (type.includes('Action')) {
      this.#actions.set(String(detail['action-execution-id']), state)
      const { category } = detail['type'] as { category: string }
      execution.newestRuns.set(`${String(detail['stage'])}/${String(detail['action'])}`, { state, category })
    } else if (type.includes('Stage')) execution.stages.set(String(detail['stage']), state)
    else {
      execution.overall = state
      if (!['STARTED', 'RESUMED', 'STOPPING'].includes(state)) execution.ends.push(state)
    }
  }

  /** Ends everything that runs, without an event. */
  deletePipeline(): void {
    this.pipelineDeleted = true
    for (const asked of this.asked.values())
      if (this.truthOf(asked).kind === 'pending') this.#actions.set(asked.actionExecutionId, 'CANCELED')
    for (const execution of this.#executions.values())
      if (['STARTED', 'RESUMED', 'STOPPING'].includes(execution.overall)) execution.overall = 'CANCELED'
  }

  truthOf({ token, actionExecutionId }: Asked): Truth {
    const decision = this.decisions.get(token)
    if (decision) return { kind: 'decided', ...decision }
    const state = this.#actions.get(actionExecutionId)
    if (state === 'FAILED') return { kind: 'expired' }
    if (state === 'ABANDONED') return { kind: 'stopped' }
    if (state === 'CANCELED') return { kind: 'pipeline-edited' }
    return { kind: 'pending' }
  }

  executionIds(): string[] {
    return [...this.#executions.keys()]
  }

  stateOf(executionId: string): ExecutionState {
    const execution = this.#executions.get(executionId)
    if (!execution) throw new Error(`There was no execution ${executionId}`)
    return execution
  }
}
