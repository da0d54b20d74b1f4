import type { Person } from './contract.ts'
import { Avatar } from './parts/avatar.tsx'
import { Icon } from './parts/icon.tsx'
import { Menu } from './parts/menu.tsx'
import { useWorkspace } from './workspace.ts'

/** The person you act as, and the menu that changes it. */
export const PersonSwitch = ({ onChange }: { onChange: (person: Person) => void }) => {
  const { snapshot, me } = useWorkspace()
  return (
    <Menu
      label="Who you are"
      isNamedByContent
      buttonClass="person-button"
      align="end"
      button={
        <>
          <Avatar name={me.realName} color={me.color} size={32} />
          <PersonText lead="You are " name={me.realName} title={me.title} />
          <Icon name="down" />
        </>
      }
      items={snapshot.people.map((person) => ({
        key: person.id,
        checked: person.id === me.id,
        label: (
          <>
            <Avatar name={person.realName} color={person.color} size={32} />
            <PersonText name={person.realName} title={person.title} />
            {person.id === me.id && <Icon name="check" />}
          </>
        ),
        onSelect: () => onChange(person),
      }))}
    />
  )
}

const PersonText = ({ lead = '', name, title }: { lead?: string; name: string; title: string }) => (
  <span class="menu__text">
    <strong>
      <span class="top__word">{lead}</span>
      {name}
    </strong>
    <small>{title}</small>
  </span>
)
