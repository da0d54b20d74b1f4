import type { RouteSubject } from '../../../functions/ports/configuration.ts'
import { CALM } from '../climate.ts'
import type { Differently } from '../history.ts'
import { BY_NAME_ALONE } from '../configuration.ts'
import type { BrokenBot } from './bot.ts'

/** The same execution, as if something else had started it, in another mode. */
const startedOtherwise = (subject: RouteSubject): RouteSubject => ({
  ...subject,
  starter: {
    ...subject.starter,
    kind: subject.starter.kind === 'person' ? 'push' : 'person',
    executionMode: subject.starter.executionMode === 'QUEUED' ? 'PARALLEL' : 'QUEUED',
  },
})

/** The same execution, as if an author whose address is not told had another one. */
const withAddresses = (subject: RouteSubject): RouteSubject => ({
  ...subject,
  change: {
    ...subject.change,
    authors: subject.change.authors.map((author) => ({ ...author, email: author.email ?? 'other@elsewhere.example' })),
  },
})

/** The same, as if the first author had written all of it. */
const byTheFirst = (subject: RouteSubject): RouteSubject => ({
  ...subject,
  change: { ...subject.change, authors: subject.change.authors.slice(0, 1) },
})

/** The same, as if nothing were live and every source brought a change. */
const withEverySource = (subject: RouteSubject): RouteSubject => {
  const { change } = subject
  const changed = change.revisions.map((to) => ({ from: to, to }))
  const none = { releasedAt: 0, included: [], count: 0, more: false, newer: null }
  return { ...subject, change: { ...change, since: { ...none, ...change.since, changed } } }
}

/** The same, as if every source were of one repository. */
const ofOneRepository = (subject: RouteSubject): RouteSubject => {
  const repository = { kind: 'github', name: 'shop/web', url: 'https://github.com/shop/web' } as const
  const { change } = subject
  return { ...subject, change: { ...change, revisions: change.revisions.map((one) => ({ ...one, repository })) } }
}

/** A bot that chooses the route for another subject than the true one, where `match` has this setting. */
const matchingBy = (
  setting: NonNullable<Differently['secondRoute']>,
  seen: (subject: RouteSubject) => RouteSubject,
): BrokenBot => ({
  breaks: 'I1',
  secondRoute: setting,
  climate: CALM,
  services: (services) => ({
    ...services,
    configuration: {
      ...services.configuration,
      routeFor: (where, subject) => services.configuration.routeFor(where, subject && seen(subject)),
    },
  }),
})

/** Bots that choose a route for another subject than the true one. */
export const OF_ROUTES: Record<string, BrokenBot> = {
  'a route that is taken for executions that it does not match': matchingBy('any', startedOtherwise),

  'a route that is taken at any time': matchingBy('time', (subject) => ({ ...subject, at: 0 })),

  'an author whose address is not told, taken for another one': {
    ...matchingBy('author', withAddresses),
    commits: [BY_NAME_ALONE],
  },

  'the first author taken for all of them': matchingBy('author', byTheFirst),

  'a route for a source that is taken while nothing is known to be live': matchingBy('source', withEverySource),

  'a route for a repository that is taken for another one': matchingBy('repository', ofOneRepository),
}
