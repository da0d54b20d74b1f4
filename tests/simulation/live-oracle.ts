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
  /** By stage: the executions that succeeded there, the last one last. */
  readonly #passed = new Map<string, string[]>()
  /** `stage/action` of all that ever began, since the pipeline was created. */
  readonly #ran = new Set<string>()

  /** The pipeline was created, also again: CodePipeline knows nothing from before. */
  created(declaration: PipelineDeclaration): void {
    this.#executions.clear()
    this.#passed.clear()
    this.#ran.clear()
    this.#version = 0
    this.edited(declaration)
  }

  edited(declaration: PipelineDeclaration): void {
    this.#declaration = declaration
    this.#version += 1
  }

  /** A source action took a revision. */
  brought(executionId: string, source: string, revisionId: string): void {
    this.#started(executionId).brought.set(source, revisionId)
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
      execution.actions.set(`${stage}/${String(detail['action'])}`, state)
    } else if (type.includes('Stage')) {
      // A stop lets running actions end: if no others were left, everything is deployed.
      const isDone = execution.declaration.stages
        .find(({ name }) => name === stage)!
        .actions.every(({ name }) => execution.actions.get(`${stage}/${name}`) === 'SUCCEEDED')
      const executionId = String(detail['execution-id'])
      const others = (this.#passed.get(stage) ?? []).filter((one) => one !== executionId)
      if (state === 'SUCCEEDED' || (state === 'STOPPED' && isDone)) this.#passed.set(stage, [...others, executionId])
      // A retry deploys again: what comes of it counts.
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
      brought: new Map(),
    }
    this.#executions.set(executionId, execution)
    return execution
  }

  /** What an approval must say at this moment. */
  expected(executionId: string, stage: string, action: string): Expected {
    const into = this.#into(stage, action)
    const asked = this.#started(executionId)
    const live = into.map((name) => this.#passed.get(name)?.at(-1))
    const passed = live.flatMap((id) => (id === undefined ? [] : [this.#started(id)]))
    const isEdited = [...this.#executions.values()].some(({ version }) => version !== asked.version)
    const whole = [...this.#executions.values()].findLast((one) => one.hasSucceeded && !one.isRollback)

    const news = new Set<string>()
    const changed = new Map<string, string | null>()
    let isOvertaken = false
    for (const [source, to] of asked.brought) {
      const order = this.#orderOf(source)
      const upTo = (revisionId: string | null | undefined) =>
        new Set(order.slice(0, order.indexOf(revisionId ?? '') + 1))
      // If no execution is known to be live, an edit has made everything up to the last complete one old.
      const lives = live.map((id) =>
        id === undefined ? (isEdited ? whole?.brought.get(source) : undefined) : this.#started(id).brought.get(source),
      )
      if (lives.every((revisionId) => revisionId === to)) continue
      const missing = lives.flatMap((revisionId) => {
        const old = upTo(revisionId)
        return [...upTo(to)].filter((one) => !old.has(one))
      })
      // An older revision undoes newer ones, and is the only change.
      for (const one of missing.length > 0 ? missing : [to]) news.add(`${source}:${one}`)
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

  /** The approval's stage; if that has only approvals, the stages behind it, up to the next approval. */
  #into(stage: string, action: string): string[] {
    const stages = this.#declaration!.stages
    const known = (name: string): Kinds => {
      const { actions } = stages.find((one) => one.name === name)!
      // CodePipeline knows the kind of an action once it has run.
      const kinds = actions.flatMap((one) =>
        this.#ran.has(`${name}/${one.name}`) || (name === stage && one.name === action)
          ? [one.actionTypeId.category]
          : [],
      )
      const onlyAsks = kinds.length === actions.length && kinds.every((kind) => kind === 'Approval')
      return {
        onlyAsks,
        asks: kinds.includes('Approval'),
        deploys: kinds.includes('Deploy'),
        isUnseen: kinds.length === 0,
      }
    }
    const names = stages.map(({ name }) => name)
    if (!known(stage).onlyAsks) return [stage]
    const reached: string[] = []
    for (const name of names.slice(names.indexOf(stage) + 1)) {
      const { onlyAsks, asks, isUnseen } = known(name)
      if (reached.length === 0) {
        if (onlyAsks) continue
        reached.push(name)
        if (asks) break
        continue
      }
      if (asks || isUnseen) break
      reached.push(name)
    }
    const deploying = reached.filter((name) => known(name).deploys)
    return deploying.length > 0 ? deploying : reached.length > 0 ? reached : [stage]
  }
}

interface Kinds {
  onlyAsks: boolean
  asks: boolean
  deploys: boolean
  isUnseen: boolean
}

interface Started {
  version: number
  isRollback: boolean
  hasSucceeded: boolean
  declaration: PipelineDeclaration
  /** `stage/action` → the last state of its run here. */
  actions: Map<string, string>
  /** Source action → revision. */
  brought: Map<string, string>
}

export interface Expected {
  into: string[]
  basis: 'release' | 'first' | 'edited'
  /** `source:revision`. */
  revisions: string[]
  /** The same, for every revision that would be deployed and is not live. */
  news: string[]
  /** For each source that changes, its oldest live revision. */
  changed: Map<string, string | null>
  /** A live revision is newer. */
  isOvertaken: boolean
}
