import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { approvalRequested } from '../functions/approval-requested.ts'
import { buttonClicked } from '../functions/button-clicked.ts'
import { effectDue } from '../functions/effect-due.ts'
import { minutePassed } from '../functions/minute-passed.ts'
import { pipelineChanged } from '../functions/pipeline-changed.ts'
import { openServices } from '../functions/services.ts'
import type { Doors, DoorsSettings } from './doors.ts'
import { terminalLog } from './terminal-log.ts'

/** The address that greenlight.yml names; a workspace at another one gets its own copy. */
const ADDRESS_IN_CONFIG = 'http://127.0.0.1:4600'

/** Opens the bot as it is deployed: everything that it needs to know comes in environment variables. */
export async function openDoors(
  environment: Record<string, string>,
  { clock, url, directory, report }: DoorsSettings,
): Promise<Doors> {
  const configuration = await readFile(new URL('greenlight.yml', import.meta.url), 'utf8')
  const GREENLIGHT_CONFIG = join(directory, 'greenlight.yml')
  await writeFile(GREENLIGHT_CONFIG, configuration.replaceAll(ADDRESS_IN_CONFIG, url))
  const services = openServices({ ...environment, GREENLIGHT_CONFIG }, clock, terminalLog(report))
  return {
    approvalRequested: approvalRequested(services),
    pipelineChanged: pipelineChanged(services),
    buttonClicked: buttonClicked(services),
    effectDue: effectDue(services),
    minutePassed: minutePassed(services),
  }
}
