import { COMMANDS, permissionFor } from '../../domain/command.ts'
import type { Services } from '../../ports/services.ts'
import { lookUp } from '../approval/resolve-policy.ts'
import type { CommandAnswer } from '../../ports/cards.ts'

/** Story: a person asks what they can type. What no route lets them do is left out. */
export const helpFor = async (
  services: Pick<Services, 'configuration' | 'directory'>,
  userId: string,
): Promise<CommandAnswer> => {
  const { configuration } = services
  const routes = configuration.routesTouching(['*'])
  const permitted = await Promise.all(
    COMMANDS.map(async (command) => {
      const permission = permissionFor(command)
      if (permission === 'standIns') return { command, isOffered: configuration.allowsStandIns, unread: [] }
      if (permission === null) return { command, isOffered: true, unread: [] }
      const named = routes.map(({ may }) => may[permission])
      const { people, unread } = await lookUp(services, {
        people: [...new Set(named.flatMap((members) => members.people))],
        groups: [...new Set(named.flatMap((members) => members.groups))],
      })
      const isOffered = people.includes(userId)
      return { command, isOffered, unread: isOffered ? [] : unread }
    }),
  )
  return {
    kind: 'help',
    offered: permitted.flatMap(({ command, isOffered }) => (isOffered ? command : [])),
    unread: [...new Set(permitted.flatMap(({ unread }) => unread))],
  }
}
