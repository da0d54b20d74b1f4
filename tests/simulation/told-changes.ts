import type { CodePipelineEvent, PipelineDeclaration } from '../../local/aws/codepipeline/codepipeline.ts'
import type { Commit } from './commit.ts'
import type { Asked, ToldAuthor, ToldChange } from './ledger.ts'
import { LiveOracle } from './live-oracle.ts'

const SOURCE = 'Checkout'

/**
 * What CodePipeline tells of the change of each execution, from the beginning on: whose commits would go live, and
 * whether something is live. By `LiveOracle`, which knows only what CodePipeline did.
 */
export class ToldChanges {
  readonly #oracle = new LiveOracle()
  readonly #now: () => number
  #declaration: PipelineDeclaration
  /** By execution. */
  readonly #commits = new Map<string, { revisionId: string; commit: Commit }>()
  /** By execution, stage and action. */
  readonly #told = new Map<string, ToldChange[]>()

  constructor(now: () => number, declaration: PipelineDeclaration) {
    this.#now = now
    this.#declaration = declaration
    this.#oracle.created(declaration)
  }

  brought(executionId: string, revisionId: string, commit: Commit): void {
    this.#commits.set(executionId, { revisionId, commit })
    this.#oracle.brought(executionId, SOURCE, revisionId, commit.branch)
  }

  /** It deploys again what its target did. */
  rolledBack(executionId: string, targetId: string): void {
    this.#commits.set(executionId, this.#commits.get(targetId)!)
    this.#oracle.rollsBack(executionId, targetId)
  }

  edited(declaration: PipelineDeclaration): void {
    this.#declaration = declaration
    this.#oracle.edited(declaration)
    this.#look()
  }

  note(event: CodePipelineEvent): void {
    this.#oracle.note(event)
    this.#look()
  }

  /** What is told to an approval action of an execution; the list grows later. */
  of(executionId: string, stage: string, action: string): Pick<Asked, 'commit' | 'told'> {
    const { commit } = this.#commits.get(executionId)!
    return { commit, told: this.#toldTo(executionId, stage, action) }
  }

  #toldTo(...of: [executionId: string, stage: string, action: string]): ToldChange[] {
    const told = this.#told.get(of.join('/')) ?? []
    this.#told.set(of.join('/'), told)
    return told
  }

  #look(): void {
    for (const executionId of this.#commits.keys())
      for (const { name: stage, actions } of this.#declaration.stages)
        for (const { name: action, actionTypeId } of actions) {
          if (actionTypeId.category !== 'Approval') continue
          const told = this.#toldTo(executionId, stage, action)
          const change = this.#changeOf(executionId, stage, action)
          const last = told.at(-1)
          if (!last || JSON.stringify({ ...last, from: change.from }) !== JSON.stringify(change)) told.push(change)
        }
  }

  #changeOf(executionId: string, stage: string, action: string): ToldChange {
    const { news, revisions, basis, changed } = this.#oracle.expected(executionId, stage, action)
    const ids = (news.length > 0 ? news : revisions).map((named) => named.slice(SOURCE.length + 1))
    const commits = [...this.#commits.values()].filter(({ revisionId }) => ids.includes(revisionId))
    return {
      from: this.#now(),
      authors: commits.flatMap(({ commit }): ToldAuthor[] => [
        { name: commit.name, email: commit.email },
        ...commit.coAuthors,
      ]),
      isCompared: basis === 'release' && changed.size > 0,
    }
  }
}
