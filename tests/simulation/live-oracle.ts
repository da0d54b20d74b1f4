import type { CodePipelineEvent, PipelineDeclaration } from '../../local/aws/codepipeline/codepipeline.ts'

/**
 * What is live and what an execution would change, by the ledger of the engine: its events in order, the revisions of
 * its sources and the pipeline's declarations. It knows nothing of the bot.
 */
export class LiveOracle {
  #declaration: PipelineDeclaration | null = null
  #version = 0
  /** In the order in which they started. */
  readonly #executions = new Map<string, Started>()
  /** By stage: the executions that succeeded there, the one last whose last action there ended last. */
  readonly #passed = new Map<string, string[]>()
  /** Counts the ends of actions. */
  #ends = 0
  /** By stage: the execution that asked there last. */
  readonly #asked = new Map<string, string>()
  /** `stage/action` of all that ever began, since the pipeline was created. */
  readonly #ran = new Set<string>()

  /** The pipeline was created, also again: CodePipeline knows nothing from before. */
  created(declaration: PipelineDeclaration): void {
    this.#executions.clear()
    this.#passed.clear()
    this.#ran.clear()
    this.#asked.clear()
    this.#version = 0
    this.edited(declaration)
  }

  edited(declaration: PipelineDeclaration): void {
    this.#declaration = declaration
    this.#version += 1
  }

  /** A source action took a revision, of this branch if it tells one. */
  brought(executionId: string, source: string, revisionId: string, branch: string | undefined): void {
    const { brought, branches } = this.#started(executionId)
    brought.set(source, revisionId)
    if (branch !== undefined) branches.set(source, branch)
  }

  /** A rollback has the revisions of its target. */
  rollsBack(executionId: string, targetId: string): void {
    const execution = this.#started(executionId)
    execution.isRollback = true
    for (const [source, revisionId] of this.#started(targetId).brought) execution.brought.set(source, revisionId)
  }

  note({ detail, 'detail-type': type }: CodePipelineEvent): void {
    const execution = this.#started(String(detail['execution-id']))
    const state = String(detail['state'])
    const stage = String(detail['stage'])
    if (type.includes('Action')) {
      this.#ran.add(`${stage}/${String(detail['action'])}`)
      if (state === 'STARTED' && !execution.isRollback && this.#isApproval(execution, stage, String(detail['action'])))
        this.#asked.set(stage, String(detail['execution-id']))
      execution.actions.set(`${stage}/${String(detail['action'])}`, state)
      execution.endedIn.set(stage, ++this.#ends)
    } else if (type.includes('Stage')) {
      // A stop lets running actions end: if no others were left, everything is deployed.
      const isDone = execution.declaration.stages
        .find(({ name }) => name === stage)!
        .actions.every(({ name }) => execution.actions.get(`${stage}/${name}`) === 'SUCCEEDED')
      const executionId = String(detail['execution-id'])
      const others = (this.#passed.get(stage) ?? []).filter((one) => one !== executionId)
      if (state === 'SUCCEEDED' || (state === 'STOPPED' && isDone)) {
        const endOf = (one: string): number => this.#started(one).endedIn.get(stage) ?? 0
        this.#passed.set(
          stage,
          [...others, executionId].toSorted((one, other) => endOf(one) - endOf(other)),
        )
      }
      // A retry deploys again, and what comes of it counts; if no action of the stage had failed, it deploys nothing.
      if (state === 'RESUMED') this.#passed.set(stage, others)
    } else execution.hasSucceeded = state === 'SUCCEEDED'
  }

  #started(executionId: string): Started {
    const known = this.#executions.get(executionId)
    if (known) return known
    const execution = {
      version: this.#version,
      declaration: this.#declaration!,
      isRollback: false,
      hasSucceeded: false,
      actions: new Map(),
      endedIn: new Map(),
      brought: new Map(),
      branches: new Map(),
    }
    this.#executions.set(executionId, execution)
    return execution
  }

  /** What an approval must say at this moment. */
  expected(executionId: string, stage: string, action: string): Expected {
    const believed = this.#compared(
      executionId,
      this.#reach(stage, action, (name, one) => this.#isKnown(name, one, stage, action)),
    )
    const truth = this.#compared(
      executionId,
      this.#reach(stage, action, () => true),
    )
    return { ...believed, held: truth.news }
  }

  /** CodePipeline tells the kind of an action once it has run. */
  #isKnown(name: string, { name: one }: Action, stage: string, action: string): boolean {
    return this.#ran.has(`${name}/${one}`) || (name === stage && one === action)
  }

  /** The last execution that deployed in the stage; one that only passed it, as it was then, did not. */
  #deployedIn({ name, by }: Target, isMeant: (one: Started) => boolean = () => true): string | undefined {
    return (this.#passed.get(name) ?? []).findLast(
      (id) =>
        isMeant(this.#started(id)) &&
        this.#started(id)
          .declaration.stages.find((one) => one.name === name)!
          .actions.some(({ actionTypeId }) => by(actionTypeId.category)),
    )
  }

  /**
   * What the revision's own branch brought before it and did not deploy, if a revision of another branch is live: those of the
   * branch, or of none that is told, since the last that was deployed; if none was, all of the branch.
   */
  #behindOnBranch(asked: Started, source: string, liveIn: readonly Target[]): string[] {
    const branch = asked.branches.get(source)
    const order = this.#orderOf(source)
    const before = order.slice(0, order.indexOf(asked.brought.get(source)!) + 1)
    const branchesOf = (revisionId: string): Set<string> =>
      new Set(
        [...this.#executions.values()].flatMap(({ brought, branches }) =>
          brought.get(source) === revisionId ? (branches.get(source) ?? []) : [],
        ),
      )
    return liveIn.flatMap((target) => {
      const live = this.#deployedIn(target)
      const other = live && this.#started(live).branches.get(source)
      if (branch === undefined || other === undefined || other === branch) return []
      const own = this.#deployedIn(target, (one) => one.branches.get(source) === branch)
      const since = own === undefined ? 0 : order.indexOf(this.#started(own).brought.get(source)!) + 1
      return before.slice(since).filter((one) => {
        const told = branchesOf(one)
        return told.has(branch) || (own !== undefined && told.size === 0)
      })
    })
  }

  #compared(executionId: string, { into, liveIn }: Reach): Omit<Expected, 'held'> {
    const asked = this.#started(executionId)
    const live = liveIn.map((target) => this.#deployedIn(target))
    const passed = live.flatMap((id) => (id === undefined ? [] : [this.#started(id)]))
    const isEdited = [...this.#executions.values()].some(({ version }) => version !== asked.version)
    const all = [...this.#executions.values()]
    const whole = all.findLast((one) => one.hasSucceeded && !one.isRollback)
    const undone = whole
      ? all
          .slice(all.indexOf(whole))
          .filter((one) => one.hasSucceeded && one.isRollback && one.version !== asked.version)
      : []

    const news = new Set<string>()
    const changed = new Map<string, string | null>()
    let isOvertaken = false
    for (const [source, to] of asked.brought) {
      const order = this.#orderOf(source)
      const upTo = (revisionId: string | null | undefined) =>
        new Set(order.slice(0, order.indexOf(revisionId ?? '') + 1))
      // If no deployment is known, an edit has made old what went through the whole pipeline and was not rolled back.
      const lives = live.flatMap((id): (string | undefined)[] => {
        if (id !== undefined) return [this.#started(id).brought.get(source)]
        return isEdited && whole ? [whole, ...undone].map((one) => one.brought.get(source)) : [undefined]
      })
      if (lives.every((revisionId) => revisionId === to)) continue
      const missing = lives.flatMap((revisionId) => {
        const old = upTo(revisionId)
        return [...upTo(to)].filter((one) => !old.has(one))
      })
      // An older revision undoes newer ones, and is the only change.
      const onBranch = this.#behindOnBranch(asked, source, liveIn)
      for (const one of missing.length > 0 ? missing : [to]) news.add(`${source}:${one}`)
      for (const one of onBranch) news.add(`${source}:${one}`)
      isOvertaken ||= lives.some((revisionId) => revisionId !== undefined && !upTo(to).has(revisionId))
      const oldest = lives.map((one) => one ?? null).toSorted((one, other) => upTo(one).size - upTo(other).size)
      changed.set(source, oldest[0] ?? null)
    }
    return {
      into,
      basis: passed.length > 0 ? 'release' : isEdited ? 'edited' : 'first',
      revisions: [...asked.brought].map(([source, revisionId]) => `${source}:${revisionId}`),
      news: [...news],
      changed,
      isOvertaken: passed.length > 0 && isOvertaken,
    }
  }

  /** The source's revisions, in the order in which executions brought each of them first. */
  #orderOf(source: string): string[] {
    return [...new Set([...this.#executions.values()].flatMap(({ brought }) => brought.get(source) ?? []))]
  }

  #isApproval({ declaration }: Started, stage: string, name: string): boolean {
    const action = declaration.stages.find((one) => one.name === stage)?.actions.find((one) => one.name === name)
    return action?.actionTypeId.category === 'Approval'
  }

  /** What the stage does before it asks, by the declaration of the execution that asked there last. */
  #beforeAsking(stage: string): ReadonlySet<string> {
    const last = this.#asked.get(stage)
    const { actions } = (last && this.#started(last).declaration.stages.find(({ name }) => name === stage)) || NO_STAGE
    const approvals = actions.filter(({ actionTypeId }) => actionTypeId.category === 'Approval')
    const first = Math.min(...approvals.map(({ runOrder }) => runOrder))
    return new Set(actions.flatMap((one) => (!approvals.includes(one) && one.runOrder <= first ? one.name : [])))
  }

  /**
   * The approval's stage, if it still deploys once the approval is given; if it does no more, the stages behind it, up to
   * the next approval. If it does other work, those of them that deploy, or itself.
   */
  #reach(stage: string, approval: string, isKnown: (stage: string, action: Action) => boolean): Reach {
    const knownOf = (name: string, actions: readonly Action[]): Known => {
      const kinds = actions.filter((one) => isKnown(name, one)).map(({ actionTypeId }) => actionTypeId.category)
      const isClear = kinds.length === actions.length
      const deploys = kinds.includes('Deploy')
      return {
        name,
        by: deploys || !isClear ? (kind) => kind === 'Deploy' : (kind) => kind !== 'Approval',
        onlyAsks: isClear && kinds.every((kind) => kind === 'Approval'),
        mayOnlyAsk: kinds.every((kind) => kind === 'Approval'),
        asks: kinds.includes('Approval'),
        deploys,
        mayDeploy: deploys || !isClear,
        isUnseen: kinds.length === 0,
        isClear,
      }
    }
    const { stages } = this.#declaration!
    const here = stages.findIndex(({ name }) => name === stage)
    const { actions } = stages[here]!
    const { runOrder } = actions.find(({ name }) => name === approval)!
    const own = knownOf(
      stage,
      actions.filter((one) => one.name === approval || one.runOrder > runOrder),
    )
    if (own.deploys) return { into: [stage], liveIn: [own] }

    const behind = stages.slice(here + 1).map((one) => {
      const before = one.actions.filter(({ name }) => this.#beforeAsking(one.name).has(name))
      return { whole: knownOf(one.name, one.actions), before: before.length > 0 ? [knownOf(one.name, before)] : [] }
    })
    const upTo = (isEnd: (one: Known) => boolean): Known[] => {
      const isBegun = !own.mayOnlyAsk
      const first = isBegun ? 0 : behind.findIndex(({ whole }) => !whole.onlyAsks)
      if (first < 0) return []
      const next = behind.slice(first)
      const end = next.findIndex(({ whole }, index) => (index > 0 || isBegun) && isEnd(whole))
      if (!isBegun && next[0]!.whole.asks) return [next[0]!.whole]
      const passed = (end < 0 ? next : next.slice(0, end)).map(({ whole }) => whole)
      return [...passed, ...(end >= 0 && next[end]!.whole.asks ? next[end]!.before : [])]
    }
    const named = upTo(({ asks, isUnseen }) => asks || isUnseen)
    const reached = upTo(({ asks }) => asks)
    if (!own.mayOnlyAsk) {
      const into = named.filter(({ deploys }) => deploys)
      const isBehind = own.isClear && into.length > 0
      return {
        into: isBehind ? into.map(({ name }) => name) : [stage],
        liveIn: [...(isBehind ? [] : [own]), ...reached.filter(({ mayDeploy }) => mayDeploy)],
      }
    }
    const into = some(named, ({ deploys }) => deploys)
    const targets = reached.filter(
      (one) => into.some(({ name }) => name === one.name) || some(reached, ({ mayDeploy }) => mayDeploy).includes(one),
    )
    if (own.onlyAsks && targets.length === 0) return { into: [stage], liveIn: [{ name: stage, by: () => true }] }
    return {
      into: own.onlyAsks ? into.map(({ name }) => name) : [stage],
      liveIn: [...(own.isClear ? [] : [own]), ...targets],
    }
  }
}

const NO_STAGE = { actions: [] as Action[] }

/** Those for which it holds; all of them if it holds for none. */
const some = (all: readonly Known[], holds: (one: Known) => boolean): readonly Known[] =>
  all.some(holds) ? all.filter(holds) : all

type Action = PipelineDeclaration['stages'][number]['actions'][number]

/** A stage that is deployed to, and the kinds of actions that deploy there. */
interface Target {
  name: string
  by: (kind: string) => boolean
}

interface Reach {
  into: string[]
  liveIn: readonly Target[]
}

/** What is known of a stage by the kinds of its actions that are known. */
interface Known extends Target {
  onlyAsks: boolean
  mayOnlyAsk: boolean
  asks: boolean
  deploys: boolean
  mayDeploy: boolean
  isUnseen: boolean
  isClear: boolean
}

interface Started {
  version: number
  isRollback: boolean
  hasSucceeded: boolean
  declaration: PipelineDeclaration
  /** `stage/action` → the last state of its run here. */
  actions: Map<string, string>
  /** By stage, the number of the last end of an action. */
  endedIn: Map<string, number>
  /** Source action → revision. */
  brought: Map<string, string>
  /** Source action → branch. A rollback has no runs that tell it. */
  branches: Map<string, string>
}

export interface Expected {
  into: string[]
  basis: 'release' | 'first' | 'edited'
  /** `source:revision`. */
  revisions: string[]
  /** The same, for every revision that would be deployed and is not live. */
  news: string[]
  /** What would be deployed and is not live by the pipeline's definition, whether CodePipeline tells it or not. */
  held: string[]
  /** For each source that changes, its oldest live revision. */
  changed: Map<string, string | null>
  /** A live revision is newer. */
  isOvertaken: boolean
}
