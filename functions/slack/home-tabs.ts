import type { HomeTabs } from '../ports/home-tabs.ts'
import type { Secrets } from '../ports/secrets.ts'
import { homeContent, homeView } from './home-view.ts'
import { platformError, refusalFrom, slackClient } from './slack-client.ts'

/** Published with views.publish. */
export const slackHomeTabs = (secrets: Secrets, slackApiUrl: string | undefined): HomeTabs => {
  const call = slackClient(secrets, slackApiUrl)
  return {
    contentOf: (card) => JSON.stringify(homeContent(card)),
    publish: async (userId, card, hash) => {
      try {
        const { view } = await call((client) =>
          client.views.publish({ user_id: userId, view: homeView(card), ...(hash !== null && { hash }) }),
        )
        return { kind: 'published', hash: view?.hash ?? null }
      } catch (error) {
        return platformError(error) === 'hash_conflict' ? { kind: 'conflict' } : refusalFrom(error, 'write')
      }
    },
  }
}
