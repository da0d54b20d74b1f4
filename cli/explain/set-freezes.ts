import { dynamoAbsences } from '../../functions/aws/absences.ts'
import { dynamoFreezes } from '../../functions/aws/freezes.ts'
import { systemClock } from '../../functions/clock.ts'
import type { SteeredFor } from '../../functions/aws/steering-session.ts'
import type { Absences } from '../../functions/ports/absences.ts'
import type { Freezes } from '../../functions/ports/freezes.ts'
import type { Log } from '../../functions/ports/log.ts'
import { installationFrom } from '../installation.ts'
import type { InstallationOptions } from '../installation-options.ts'
import { readStack } from '../stack.ts'
import { steeringSessionsOf } from '../steering-sessions.ts'
import type { Terminal } from '../terminal.ts'

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, count: () => {} }

/** What people have set in Slack, freezes and stand-ins, and for whom the bot steered; null with the reason, in a clause, if they were not read. */
export type SetFreezes =
  | { freezes: Pick<Freezes, 'all'>; absences: Pick<Absences, 'endingFrom'>; steeredFor: SteeredFor }
  | { freezes: null; because: string }

/** Reads them from the installation. Where SLACK_BOT_TOKEN is set, no installation is asked for anything. */
export const setFreezes = async (options: InstallationOptions, terminal: Terminal): Promise<SetFreezes> => {
  if (terminal.environment.SLACK_BOT_TOKEN) return { freezes: null, because: 'SLACK_BOT_TOKEN is set' }
  try {
    const { connection, stackName } = await installationFrom(options, terminal)
    const stack = await readStack(connection, stackName)
    const table = stack?.resources.find(({ id }) => id === 'Objections')?.name
    if (!table) return { freezes: null, because: `the stack ${stackName} has no table for them` }
    const quiet = { clock: systemClock, log: SILENT }
    return {
      freezes: dynamoFreezes(connection, table, quiet),
      absences: dynamoAbsences(connection, table, quiet),
      steeredFor: steeringSessionsOf(stack),
    }
  } catch (error) {
    return { freezes: null, because: error instanceof Error ? error.name : 'no answer' }
  }
}
