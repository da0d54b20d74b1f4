import { useEffect, useMemo, useState } from 'preact/hooks'
import { type Connection, followWorkspace } from './connection.ts'
import type { Person, Snapshot } from './contract.ts'
import { Header } from './header.tsx'
import { Icon } from './parts/icon.tsx'
import { PipelinePane } from './pipeline/pipeline-pane.tsx'
import { TopModal } from './slack/modal.tsx'
import { NewMessages } from './slack/new-messages.tsx'
import { SlackPane } from './slack/slack-pane.tsx'
import { useUnread } from './slack/use-unread.ts'
import { type Tab, Tabs, useNarrow } from './tabs.tsx'
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

interface PageProps {
  connection: Connection
  snapshot: Snapshot
  /** Who you are on a first visit. */
  first: Person
}

const Page = ({ connection, snapshot, first }: PageProps) => {
  const [me, setMe] = usePerson(snapshot, first)
  const [tab, setTab] = useState<Tab>('pipeline')
  const [chosenChannel, setChannel] = useState<string | null>(null)
  const narrow = useNarrow()
  const walk = useWalk(snapshot)
  const channelId = chosenChannel ?? snapshot.channels[0]?.id ?? ''
  const unread = useUnread(snapshot, me.id, narrow && tab !== 'slack' ? null : channelId)
  const workspace = useMemo<Workspace>(() => {
    const now = () => snapshot.now + Date.now() - connection.receivedAt
    const away = connection.state === 'away'
    return { snapshot, me, away, now, asked: (path, body) => walk.asked(path, body, snapshot, now()), done: walk.done }
  }, [connection, me])
  const total = snapshot.channels.reduce((sum, { id }) => sum + unread(id), 0)
  const shows = (pane: Tab) => ({ hidden: narrow && tab !== pane })
  return (
    <WorkspaceContext.Provider value={workspace}>
      <Header walkShown={walk.shown} onWalk={() => walk.show(true)} onPerson={setMe} />
      {workspace.away && (
        <p class="away" role="alert">
          <Icon name="warning" /> Connection lost. This is the last known state; reconnecting…
        </p>
      )}
      {walk.shown && walk.memory && (
        <Walk memory={walk.memory} onDismiss={() => walk.show(false)} onRestart={() => walk.restart(workspace.now())} />
      )}
      {narrow && <Tabs tab={tab} unread={total} onTab={setTab} />}
      <main class="panes">
        <section class="pane pane--pipeline" id="pane-pipeline" aria-label="Pipelines" {...shows('pipeline')}>
          <PipelinePane />
        </section>
        <section class="pane pane--slack" id="pane-slack" aria-label="Slack" {...shows('slack')}>
          <SlackPane channelId={channelId} unread={unread} onChannel={setChannel} />
        </section>
      </main>
      <NewMessages />
      <TopModal />
    </WorkspaceContext.Provider>
  )
}

const usePerson = ({ people }: Snapshot, first: Person): [Person, (person: Person) => void] => {
  const [id, setId] = useState(() => localStorage.getItem(ME))
  const me = people.find((person) => person.id === id) ?? first
  const change = (person: Person) => {
    localStorage.setItem(ME, person.id)
    setId(person.id)
  }
  return [me, change]
}
