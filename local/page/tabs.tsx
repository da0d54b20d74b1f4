export type Tab = 'pipeline' | 'slack'

const TABS: { tab: Tab; label: string }[] = [
  { tab: 'pipeline', label: 'Pipeline' },
  { tab: 'slack', label: 'Slack' },
]

interface TabsProps {
  tab: Tab
  unread: number
  /** How many approvals wait. */
  waiting: number
  onTab: (tab: Tab) => void
}

/** The two halves do not fit a phone side by side: there, one is shown at a time. */
export const Tabs = ({ tab, unread, waiting, onTab }: TabsProps) => (
  <div
    class="tabs"
    role="tablist"
    aria-label="Pipeline or Slack"
    onKeyDown={({ key, currentTarget }) => {
      if (key !== 'ArrowLeft' && key !== 'ArrowRight') return
      onTab(tab === 'slack' ? 'pipeline' : 'slack')
      currentTarget.querySelector<HTMLElement>('[aria-selected="false"]')?.focus()
    }}
  >
    {TABS.map((one) => (
      <button
        key={one.tab}
        type="button"
        role="tab"
        id={`tab-${one.tab}`}
        aria-selected={tab === one.tab}
        aria-controls={`pane-${one.tab}`}
        tabIndex={tab === one.tab ? 0 : -1}
        onClick={() => onTab(one.tab)}
      >
        {one.label}
        {one.tab === 'slack' && unread > 0 && (
          <span class="badge">
            {unread}
            <span class="sr-only"> unread</span>
          </span>
        )}
        {one.tab === 'slack' && waiting > 0 && <span class="pill">{waiting} waiting</span>}
      </button>
    ))}
  </div>
)
