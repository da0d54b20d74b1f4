import type { PipelineView, PushRequest } from '../contract.ts'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { Menu } from '../parts/menu.tsx'
import { pressable } from '../parts/pressable.ts'
import { useRequest, useWorkspace } from '../workspace.ts'

const KINDS: { kind: PushRequest['kind']; label: string; hint: string }[] = [
  { kind: 'good', label: 'A good change', hint: 'Changes a text of the app. Passes its tests and is deployed.' },
  {
    kind: 'failing-test',
    label: 'A change that fails its tests',
    hint: 'The Test stage stops it; no approval is requested.',
  },
  { kind: 'broken', label: 'A change that breaks the app', hint: 'Passes its tests, then fails to start.' },
]

/**
 * Pushes a commit as the chosen person; the menu beside it has the commits that fail. To the pipeline of the bot's own
 * account, or to another one.
 */
export const PushCommit = ({ to }: { to?: PipelineView }) => {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const push = (kind: PushRequest['kind']) =>
    void send('/local/push', { userId: me.id, kind, ...(to && { accountId: to.accountId }) })
  const look = to ? 'button' : 'button button--primary'
  return (
    <div class="push">
      <div class="split">
        <button
          type="button"
          class={look}
          aria-label={to && `Push to ${to.name}`}
          {...pressable(!away && !busy, () => push('good'))}
        >
          <Icon name="commit" /> {to ? 'Push' : 'Push a commit'}
        </button>
        <Menu
          label={to ? `Other kinds of commit to ${to.name}` : 'Other kinds of commit'}
          button={<Icon name="down" />}
          buttonClass={look}
          unavailable={away || busy}
          align="end"
          items={KINDS.map(({ kind, label, hint }) => ({
            key: kind,
            label: (
              <span class="menu__text">
                <strong>{label}</strong>
                <small>{hint}</small>
              </span>
            ),
            onSelect: () => push(kind),
          }))}
        />
      </div>
      <Failure error={error} />
    </div>
  )
}
