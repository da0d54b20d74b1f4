import { matchesSetting, WHERE_SETTINGS } from '../../functions/config/configuration.ts'
import type { ConfigurationFile, RouteEntry } from '../../functions/config/schema.ts'
import { chooseRoute } from '../../functions/config/route-match.ts'
import type { RouteSubject } from '../../functions/ports/configuration.ts'
import type { StageAction } from '../../functions/domain/pipeline.ts'
import { wrongArgument } from '../failure.ts'

/** The parts of an approval action that the options give. */
export type GivenAction = Pick<StageAction, 'pipeline' | 'stage'> & Partial<StageAction>

/**
 * The first route that matches; null if none does.
 *
 * @throws {Failure} if the match depends on an option that was not given.
 */
export const findRoute = (
  file: ConfigurationFile,
  given: GivenAction,
  subject: RouteSubject,
): { index: number; route: RouteEntry; untold: readonly string[] } | null => {
  const { routes } = file
  const among: RouteEntry[] = []
  for (const [index, route] of routes.entries()) {
    const answers = WHERE_SETTINGS.map(({ setting, field }) => {
      const value = given[field]
      if (value !== undefined) return matchesSetting(file, route, setting, value)
      return route.match[setting] === undefined ? true : setting
    })
    if (answers.includes(false)) continue
    const untold = answers.filter((answer) => typeof answer === 'string')
    if (untold.length > 0)
      throw wrongArgument(
        `Whether routes.${index} matches depends on settings that you did not give: add ${untold.map((one) => `--${one} <…>`).join(' ')}.`,
      )
    among.push(route)
    const chosen = chooseRoute(file, among, subject)
    if (chosen) return { index: routes.indexOf(chosen.route), ...chosen }
  }
  return null
}
