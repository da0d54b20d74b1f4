import type { ActionsBlock, Button } from '@slack/types'
import type { SteeringAct, SteeringAim } from '../domain/steering.ts'
import { actions, button, cut } from './block-kit.ts'
import { plain } from './sentence.ts'
import { STEERING_WORDS } from './words/steering-words.ts'

/** The action ID of the act's button. */
export const buttonOf = (act: SteeringAct): string => `steer-${act}`

/**
 * The buttons of a message, or of a row in the Home tab. Each carries where it is aimed and nothing else. `others`: what stands
 * beside them. `blockId`: Slack takes each once in a view.
 */
export const steeringButtons = (
  aims: readonly SteeringAim[],
  others: readonly Button[] = [],
  blockId = 'steer',
): ActionsBlock[] =>
  actions(blockId, [
    ...aims.map((aim) =>
      button({
        actionId: buttonOf(aim.act),
        label: STEERING_WORDS[aim.act].label,
        describedAs: plain(STEERING_WORDS[aim.act].spoken, namesInAim(aim, 40)),
        value: valueOf(aim),
        ...(STEERING_WORDS[aim.act].isDanger && { style: 'danger' as const }),
      }),
    ),
    ...others,
  ])

export const namesInAim = ({ stage, execution }: Pick<SteeringAim, 'stage' | 'execution'>, room: number) => ({
  stage: cut(stage ?? '', room),
  pipeline: cut(execution.pipeline, room),
})

export const valueOf = ({
  execution,
  stage = null,
}: Pick<SteeringAim, 'execution'> & { stage?: string | null }): string => {
  const { accountId, region, pipeline, executionId } = execution
  return [accountId, region, pipeline, executionId, stage ?? ''].join('/')
}
