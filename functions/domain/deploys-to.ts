import type { Past } from './past.ts'

/**
 * The stages that an approval lets a change into. A stage that does more than ask deploys by itself. Where it only asks,
 * they are the stages behind it, up to the next that asks again: those that deploy, or all where none is known to.
 *
 * CodePipeline's state names the actions of each stage and not their kinds; the kinds are those of earlier runs.
 */
export const deploysTo = (
  { stage, action }: { stage: string; action: string },
  { stages, runs }: Pick<Past, 'stages' | 'runs'>,
): string[] => {
  const kinds = new Map(runs.map((run) => [`${run.stage}/${run.action}`, run.category]))
  const kindsIn = (one: Past['stages'][number]): (string | undefined)[] =>
    one.actions.map((name) => (one.stage === stage && name === action ? 'Approval' : kinds.get(`${one.stage}/${name}`)))
  const onlyAsks = (one: Past['stages'][number]): boolean => kindsIn(one).every((kind) => kind === 'Approval')

  const here = stages.findIndex((one) => one.stage === stage)
  if (here < 0 || !onlyAsks(stages[here]!)) return [stage]
  const behind = stages.slice(here + 1)
  const from = behind.findIndex((one) => !onlyAsks(one))
  if (from < 0) return [stage]
  const next = behind.findIndex((one, index) => index > from && kindsIn(one).includes('Approval'))
  const between = behind.slice(from, next < 0 ? undefined : next)
  const asksAgain = kindsIn(between[0]!).includes('Approval')
  const reached = asksAgain ? between.slice(0, 1) : between
  const deploying = reached.filter((one) => kindsIn(one).includes('Deploy'))
  return (deploying.length > 0 ? deploying : reached).map((one) => one.stage)
}
