import { globSources } from '../../functions/config/glob-sources.ts'
import { includesAll } from '../../functions/config/glob-relations.ts'
import { SUBJECT_SETTINGS } from '../../functions/config/route-match.ts'
import { same } from '../../functions/domain/canonical.ts'
import type { Path } from '../../functions/config/problem.ts'
import type { RouteEntry } from '../../functions/config/schema.ts'

/** Routes that are never used, each with the earlier route that matches everything they match. */
export const shadowedRoutes = (routes: readonly RouteEntry[]): { path: Path; message: string }[] =>
  routes.flatMap((route, index) => {
    const earlier = routes.slice(0, index).findIndex((other) => matchesAllOf(other, route))
    const rest = route.outside ? ', except for its outside' : ''
    const message = `routes.${earlier} already matches everything that this route matches, so this route is never used${rest}`
    return earlier < 0 ? [] : [{ path: ['routes', index], message }]
  })

type Globs = string | readonly string[] | undefined

const KEYS = ['pipeline', 'stage', 'action', 'account', 'region'] as const

/** Whether the first route matches every action that the second matches. True only if that is certain. */
const matchesAllOf = (first: RouteEntry, second: RouteEntry): boolean =>
  KEYS.every((key) =>
    includesAll(globSources(listOf(first.match[key])), listOf(first.match[key]), listOf(second.match[key])),
  ) && SUBJECT_SETTINGS.every((key) => first.match[key] === undefined || same(first.match[key], second.match[key]))

const listOf = (globs: Globs): readonly string[] => (globs === undefined ? ['*'] : [globs].flat())
