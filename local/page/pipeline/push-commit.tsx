import type { PushRequest } from '../contract.ts'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { Menu } from '../parts/menu.tsx'
import { useRequest, useWorkspace } from '../workspace.ts'

const KINDS: { kind: PushRequest['kind']; label: string; hint: string }[] = [
  { kind: 'good', label: 'A good change', hint: 'Changes a text of the app. Tests pass, the deploy works.' },
  { kind: 'failing-test', label: 'A change that fails its tests', hint: 'The Test stage stops it; nobody is asked.' },
  { kind: 'broken', label: 'A change that breaks the app', hint: 'Tests pass, the app does not start once deployed.' },
]

/** Pushes a commit as the person you are; the menu beside it has the kinds that go wrong. */
export function PushCommit() {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const push = (kind: PushRequest['kind']) => void send('/local/push', { userId: me.id, kind })
  return (
    <div class="push">
      <div class="split">
        <button type="button" class="button button--primary" disabled={away || busy} onClick={() => push('good')}>
          <Icon name="commit" /> Push a commit
        </button>
        <Menu
          label="Other kinds of commit"
          button={<Icon name="down" />}
          buttonClass="button button--primary"
          disabled={away || busy}
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
