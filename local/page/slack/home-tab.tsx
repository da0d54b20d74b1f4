import { useEffect, useMemo } from 'preact/hooks'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { useRequest, useWorkspace } from '../workspace.ts'
import { ActionButton } from './action-button.tsx'
import { readBlocks } from './block-kit.ts'
import { Blocks } from './blocks.tsx'
import { usePress } from './use-press.ts'

/** Stands for the Home tab where a channel's id would stand. */
export const HOME_TAB = 'home'

/** The Home tab of the app, as the chosen person sees it. Looking at it is what the app is told. */
export const HomeTab = () => {
  const { snapshot, me, away } = useWorkspace()
  const opening = useRequest()
  useEffect(() => {
    if (!away) void opening.send('/local/slack/home', { userId: me.id })
  }, [me.id, away])
  const clicking = useRequest()
  const { pressed, problem, press } = usePress(clicking.error, (click) =>
    clicking.send('/local/slack/home-click', { userId: me.id, ...click }),
  )
  const published = snapshot.homes.find(({ userId }) => userId === me.id)?.view as { blocks?: unknown[] } | undefined
  const blocks = useMemo(() => readBlocks(published?.blocks ?? []), [JSON.stringify(published?.blocks)])
  return (
    <div class="channel">
      <header class="channel__head">
        <h3>
          <Icon name="home" /> Greenlight
        </h3>
        <p class="muted">Home</p>
      </header>
      <div class="messages home" tabIndex={0} role="region" aria-label="Home of Greenlight">
        {published ? (
          <Blocks
            blocks={blocks}
            drawButton={(button, blockId) => (
              <ActionButton
                key={button.action_id}
                button={button}
                disabled={away}
                loading={pressed === `${blockId}/${button.action_id}`}
                onPress={() => void press({ blockId, actionId: button.action_id })}
              />
            )}
          />
        ) : (
          <p class="empty">Greenlight has published nothing here yet.</p>
        )}
        <Failure error={problem ?? opening.error} />
      </div>
    </div>
  )
}
