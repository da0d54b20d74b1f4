import { ClockControl } from './clock-control.tsx'
import type { Person } from './contract.ts'
import { AppAvatar } from './parts/avatar.tsx'
import { Icon } from './parts/icon.tsx'
import { PersonSwitch } from './person-switch.tsx'
import { useWorkspace } from './workspace.ts'

interface HeaderProps {
  walkShown: boolean
  onWalk: () => void
  onPerson: (person: Person) => void
}

/** The name, the connection, the button that shows the walk again, the clock and the person you act as. */
export const Header = ({ walkShown, onWalk, onPerson }: HeaderProps) => {
  const { away } = useWorkspace()
  return (
    <header class="top">
      <h1>
        <AppAvatar size={28} /> <span>Greenlight</span>
      </h1>
      <p class={`connection ${away ? 'connection--away' : ''}`} role="status">
        <span>{away ? 'Reconnecting' : 'Connected'}</span>
      </p>
      <span class="top__space" />
      {!walkShown && (
        <button type="button" class="button button--quiet" aria-label="Show the walk" onClick={onWalk}>
          <Icon name="flag" /> <span class="top__word">Show the walk</span>
        </button>
      )}
      <ClockControl />
      <PersonSwitch onChange={onPerson} />
    </header>
  )
}
