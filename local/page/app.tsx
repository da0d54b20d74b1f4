import { useEffect, useMemo, useState } from 'preact/hooks'
import { type Connection, followWorkspace } from './connection.ts'
import type { Person, Snapshot } from './contract.ts'
import { Header } from './header.tsx'
import { focusHome, useFocusKept } from './parts/focus-kept.ts'
import { Icon } from './parts/icon.tsx'
import { useNarrow } from './narrow.ts'
import { PipelinePane } from './pipeline/pipeline-pane.tsx'
import { Announcements } from './slack/announcements.tsx'
import { HOME_TAB } from './slack/home-tab.tsx'
import { TopModal } from './slack/modal.tsx'
import { SlackPane } from './slack/slack-pane.tsx'
import { useUnread } from './slack/use-unread.ts'
import { type Tab, Tabs } from './tabs.tsx'
import { useRestart } from './use-restart.ts'
import { waitingApprovals } from './walk/approval-actions.ts'
import { useWalk } from './walk/use-walk.ts'
import { Walk } from './walk/walk.tsx'
import { type Workspace, WorkspaceContext } from './workspace.ts'

const ME = 'greenlight.me'

/** The page: follows the workspace and lays out its halves. */
export const App = () => {
  const [connection, setConnection] = useState<Connection>({ snapshot: null, receivedAt: 0, state: 'connecting' })
  useEffect(() => followWorkspace(setConnection), [])
  const { snapshot, state } = connection
  if (!snapshot) return <Loading away={state === 'away'} />
  const [first] = snapshot.people
  if (!first) return <p class="empty">This workspace has no people to act as.</p>
  return <Page connection={connection} snapshot={snapshot} first={first} />
}

const Loading = ({ away }: { away: boolean }) => (
  <main class="loading" role="status">
    {away ? (
      <>
        <b>The workspace does not answer.</b>
        <p>Is it running? Start it with npm start; this page connects by itself.</p>
      </>
    ) : (
      <p>Connecting to the workspace…</p>
    )}
  </main>
)

/** A person sees no one else's direct messages. */
const seenBy = (snapshot: Snapshot, userId: string): Snapshot => ({
  ...snapshot,
  channels: snapshot.channels.filter(({ onlyFor }) => onlyFor === null || onlyFor === userId),
})

interface PageProps {
  connection: Connection
  snapshot: Snapshot
  /** Who you are on a first visit. */
  first: Person
}

const Page = ({ connection, snapshot: whole, first }: PageProps) => {
  const [me, setMe] = usePerson(whole, first)
  const snapshot = useMemo(() => seenBy(whole, me.id), [whole, me.id])
  const [tab, setTab] = useState<Tab>('pipeline')
  const [chosenChannel, setChannel] = useState<string | null>(null)
  const narrow = useNarrow()
  const walk = useWalk(whole)
  // Another person does not have the conversation that was open.
  const isThere = chosenChannel === HOME_TAB || snapshot.channels.some(({ id }) => id === chosenChannel)
  const channelId = (isThere ? chosenChannel : snapshot.channels[0]?.id) ?? ''
  const unread = useUnread(snapshot, me.id, narrow && tab !== 'slack' ? null : channelId)
  const workspace = useMemo<Workspace>(() => {
    const now = () => snapshot.now + Date.now() - connection.receivedAt
    const away = connection.state === 'away'
    return { snapshot, me, away, now, asked: (path, body) => walk.asked(path, body, snapshot, now()), done: walk.done }
  }, [connection, me])
  const total = snapshot.channels.reduce((sum, { id }) => sum + unread(id), 0)
  const waiting = waitingApprovals(snapshot).length
  useTitle(waiting)
  const { restarted, dismiss } = useRestart(snapshot)
  useFocusKept()
  const pane = (which: Tab, name: string) => ({
    id: `pane-${which}`,
    ...focusHome,
    ...(narrow
      ? { hidden: tab !== which, role: 'tabpanel' as const, 'aria-labelledby': `tab-${which}` }
      : { 'aria-label': name }),
  })
  return (
    <WorkspaceContext.Provider value={workspace}>
      <Header walkShown={walk.shown} onWalk={() => walk.show(true)} onPerson={setMe} />
      {workspace.away && (
        <p class="away" role="alert">
          <Icon name="warning" /> Connection lost. This is the last known state; reconnecting…
        </p>
      )}
      {restarted && (
        <p class="restarted" role="status">
          <span>
            <b>The workspace was started again.</b> Its earlier approvals, messages and deployments are gone: it keeps
            everything in memory.
          </span>
          <button type="button" class="icon-button" aria-label="Dismiss the note" onClick={dismiss}>
            <Icon name="close" />
          </button>
        </p>
      )}
      {walk.shown && walk.memory && (
        <Walk memory={walk.memory} onDismiss={() => walk.show(false)} onRestart={() => walk.restart(workspace.now())} />
      )}
      <main class="panes">
        {narrow && <Tabs tab={tab} unread={total} waiting={waiting} onTab={setTab} />}
        <section class="pane pane--pipeline" {...pane('pipeline', 'Pipelines')}>
          <PipelinePane />
        </section>
        <section class="pane pane--slack" {...pane('slack', 'Slack')}>
          <SlackPane channelId={channelId} unread={unread} onChannel={setChannel} />
        </section>
      </main>
      <Announcements channelId={channelId} />
      <TopModal />
    </WorkspaceContext.Provider>
  )
}

/** What waits is said where a person looks for the tab. */
const useTitle = (waiting: number) =>
  useEffect(() => {
    const what = { 0: '', 1: '1 approval waits · ' }[waiting] ?? `${waiting} approvals wait · `
    document.title = `${what}Greenlight workspace`
  }, [waiting])

/** A person belongs to a tab, so that two tabs can be two people. */
const usePerson = ({ people }: Snapshot, first: Person): [Person, (person: Person) => void] => {
  const [id, setId] = useState(() => sessionStorage.getItem(ME))
  const me = people.find((person) => person.id === id) ?? first
  const change = (person: Person) => {
    sessionStorage.setItem(ME, person.id)
    setId(person.id)
  }
  return [me, change]
}
