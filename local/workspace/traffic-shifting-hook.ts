import { type Clock, systemClock } from '../../functions/clock.ts'
import { shiftingServices, trafficShifting } from '../../functions/traffic-shifting.ts'
import type { HookFunction } from '../aws/codedeploy/codedeploy.ts'
import { terminalLog } from './terminal-log.ts'

/**
 * The bot's own function for the appspec's `traffic-shifting`, connected as the environment says. It waits in the
 * machine's time: a person who moves the workspace's clock ahead must not make a check take too long.
 */
export const trafficShiftingHook = (
  environment: Record<string, string>,
  report: (line: string) => void,
  clock: Clock = systemClock,
): HookFunction => trafficShifting(shiftingServices(environment, clock, terminalLog(report)))
