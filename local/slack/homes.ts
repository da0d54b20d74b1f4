import type { SlackView } from './modals.ts'

/** The Home tab of the app as one person sees it. */
export interface PersonHome {
  userId: string
  view: SlackView
}

/** What the bot has published in each person's Home tab; nothing before it has. */
export interface Homes {
  publish(userId: string, view: SlackView): void
  of(userId: string): SlackView | undefined
  all(): PersonHome[]
}

export const createHomes = (changed: () => void): Homes => {
  const views = new Map<string, SlackView>()
  return {
    publish: (userId, view) => {
      views.set(userId, view)
      changed()
    },
    of: (userId) => views.get(userId),
    all: () => [...views].map(([userId, view]) => ({ userId, view })),
  }
}
