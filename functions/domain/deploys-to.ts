import type { Past } from './past.ts'

/**
 * The stages into which an approval lets a change. A stage with more than approvals deploys by itself. After a stage of
 * approvals alone, they are the stages behind it, up to the next such stage: those that deploy, or all if none is known
 * to.
 *
 * CodePipeline's state names the actions of each stage without their kinds; the kinds come from earlier runs.
 */
export const deploysTo = (approval: Asking, past: Pick<Past, 'stages' | 'runs'>): string[] => reach(approval, past).into

/** A stage behind the approval whose kinds of actions matter and are told by none of these runs; null if there is none. */
export const unseenStage = (approval: Asking, past: Pick<Past, 'stages' | 'runs'>): string | null =>
  reach(approval, past).unseen

interface Asking {
  stage: string
  action: string
}

const reach = (
  { stage, action }: Asking,
  { stages, runs }: Pick<Past, 'stages' | 'runs'>,
): { into: string[]; unseen: string | null } => {
  const kinds = new Map(runs.toReversed().map((run) => [`${run.stage}/${run.action}`, run.category]))
  const kindsIn = (one: Past['stages'][number]): (string | undefined)[] =>
    one.actions.map((name) => (one.stage === stage && name === action ? 'Approval' : kinds.get(`${one.stage}/${name}`)))
  const onlyAsks = (one: Past['stages'][number]): boolean => kindsIn(one).every((kind) => kind === 'Approval')

  const here = stages.findIndex((one) => one.stage === stage)
  if (here < 0 || !onlyAsks(stages[here]!)) return { into: [stage], unseen: null }
  const deploys = (one: Past['stages'][number]): boolean => kindsIn(one).includes('Deploy')
  const reached: Past['stages'][number][] = []
  let unseen: string | null = null
  for (const one of stages.slice(here + 1)) {
    if (reached.length === 0 && onlyAsks(one)) continue
    const asks = kindsIn(one).includes('Approval')
    // A stage without any run may have approvals as well.
    const mayAsk = kindsIn(one).every((kind) => kind === undefined)
    if (mayAsk) unseen ??= one.stage
    if (reached.length > 0 && (asks || mayAsk)) break
    reached.push(one)
    if (asks) break
  }
  const deploying = reached.filter(deploys)
  const into = deploying.length > 0 ? deploying : reached
  return { into: into.length > 0 ? into.map((one) => one.stage) : [stage], unseen }
}
