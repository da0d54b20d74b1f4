import type { TouchedRoute } from '../ports/configuration.ts'
import { includesAll, mayOverlap } from './glob-relations.ts'
import type { GlobSources } from './glob.ts'
import { settingsOf } from './route-settings.ts'
import type { ConfigurationFile, RouteEntry } from './schema.ts'

/**
 * The routes that may match a pipeline whose name matches one of the patterns, from the top. Behind a route that matches
 * by the pipeline alone, and matches all of them, no route is tried.
 */
export const touchedRoutes = (
  file: Pick<ConfigurationFile, 'routes' | 'defaults' | 'zone' | 'globs'>,
  patterns: readonly string[],
): TouchedRoute[] => {
  const { routes, defaults, globs } = file
  const last = routes.findIndex((route) => takesAll(globs, route, patterns))
  return routes
    .map((route, index) => ({ route, index }))
    .slice(0, last < 0 ? routes.length : last + 1)
    .filter(({ route }) => patterns.some((pattern) => globsOf(route).some((glob) => mayOverlap(globs, glob, pattern))))
    .map(({ route, index }) => ({
      name: `routes.${index} (${globsOf(route).join(', ')})`,
      may: settingsOf(file, route).may,
      approvals: route.approvals ?? defaults.approvals ?? null,
    }))
}

const globsOf = ({ match: { pipeline = [] } }: RouteEntry): readonly string[] => {
  const named = [pipeline].flat()
  return named.length > 0 ? named : ['*']
}

const takesAll = (globs: GlobSources, route: RouteEntry, patterns: readonly string[]): boolean =>
  Object.entries(route.match).every(([key, value]) => key === 'pipeline' || value === undefined) &&
  includesAll(globs, globsOf(route), patterns)
