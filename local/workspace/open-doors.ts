import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { approvalDecided, attestationServices } from '../../functions/approval-decided.ts'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { buttonClicked } from '../../functions/button-clicked.ts'
import { checkpointServices, dayPassed } from '../../functions/day-passed.ts'
import { effectDue, effectServices } from '../../functions/effect-due.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import { openServices } from '../../functions/services.ts'
import type { Doors, DoorsSettings } from './doors.ts'
import { functionVariables } from './bot-environment.ts'
import type { FunctionName } from './function-roles.ts'
import { minuteNeededAt } from './minute-needed-at.ts'
import { terminalLog } from './terminal-log.ts'

/** The address that greenlight.yml names; a workspace at another one gets its own copy. */
const ADDRESS_IN_CONFIG = 'http://127.0.0.1:4600'

const HOUR = 3_600_000
const written = (at: number): string => new Date(at).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)
const inConfiguration = (at: number): string => written(at).replace('T', ' ')
const inCalendar = (at: number): string => `${written(at).replaceAll(/[-:]/g, '')}00Z`

/** What stands in greenlight.yml, and in calendars beside it, for a time of its form; and how long after the start that is. */
const TIMES_IN_CONFIG: Record<string, (start: number) => string> = {
  '2030-01-01 12:00': (start) => inConfiguration(start + 12 * HOUR),
  '2030-01-02 12:00': (start) => inConfiguration(start + 36 * HOUR),
  '20300101T120000Z': (start) => inCalendar(start + 12 * HOUR),
  '20300102T120000Z': (start) => inCalendar(start + 36 * HOUR),
}

/** The bot as it is deployed, with this configuration: each function has services of its own and calls AWS in its own role. */
export const openDoorsWith =
  (configuration: URL) =>
  async (environment: Record<string, string>, { clock, url, directory, report }: DoorsSettings): Promise<Doors> => {
    const GREENLIGHT_CONFIG = join(directory, 'greenlight.yml')
    const copy = async (from: URL, to: string): Promise<void> =>
      writeFile(to, asOfNow(await readFile(from, 'utf8'), url, clock.now()))
    await copy(configuration, GREENLIGHT_CONFIG)
    const beside = await readdir(new URL('.', configuration))
    for (const name of beside.filter((one) => one.endsWith('.ics')))
      await copy(new URL(encodeURIComponent(name), configuration), join(directory, name))
    const log = terminalLog(eachOnce(report))
    const variablesOf = (name: FunctionName) => ({ ...environment, ...functionVariables(name), GREENLIGHT_CONFIG })
    const servicesOf = (name: FunctionName) => openServices(variablesOf(name), clock, log)
    return {
      approvalRequested: approvalRequested(servicesOf('approval-requested')),
      pipelineChanged: pipelineChanged(servicesOf('pipeline-changed')),
      buttonClicked: buttonClicked(servicesOf('button-clicked')),
      effectDue: effectDue(effectServices(servicesOf('effect-due'))),
      minutePassed: minutePassed(servicesOf('minute-passed')),
      dayPassed: dayPassed(checkpointServices(variablesOf('day-passed'), clock, log)),
      approvalDecided: approvalDecided(attestationServices(variablesOf('approval-decided'), clock, log)),
      // What the workspace asks for itself is no function's.
      minuteNeededAt: minuteNeededAt(openServices({ ...environment, GREENLIGHT_CONFIG }, clock, log)),
    }
  }

export const openDoors = openDoorsWith(new URL('../greenlight.yml', import.meta.url))

/** The functions read the same configuration at their start: what one says of it is not said by each. */
const eachOnce = (report: (line: string) => void): ((line: string) => void) => {
  const said = new Set<string>()
  return (line) => {
    if (said.has(line)) return
    said.add(line)
    setImmediate(() => said.delete(line))
    report(line)
  }
}

const asOfNow = (configuration: string, url: string, now: number): string =>
  Object.entries(TIMES_IN_CONFIG).reduce(
    (text, [standIn, at]) => text.replaceAll(standIn, at(now)),
    configuration.replaceAll(ADDRESS_IN_CONFIG, url),
  )
