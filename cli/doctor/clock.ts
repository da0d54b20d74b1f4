import { partitionOf } from '../../functions/domain/partition.ts'
import { addressFrom } from '../address.ts'
import type { Check, Finding } from './check.ts'
import { NotChecked } from './not-checked.ts'

/** Slack and AWS refuse signatures that are five minutes old. Two leave time for a slow answer. */
const TOLERATED_MS = 2 * 60_000

/** The clock of this machine is right, so that its signatures are accepted. */
export const clock: Check = {
  title: 'Clock',
  run: async ({ installation: { connection, region }, terminal }) => {
    const slack = addressFrom(terminal.environment, 'SLACK_API_URL') ?? 'https://slack.com/api/'
    const others = {
      AWS: connection.endpoint ?? `https://sts.${region}.${partitionOf(region).dnsSuffix}/`,
      Slack: new URL('api.test', slack.replace(/\/*$/, '/')).href,
    }
    const findings: Finding[] = []
    for (const [name, address] of Object.entries(others)) {
      const date = (await terminal.fetch(address, { redirect: 'manual' })).headers.get('date')
      if (!date) throw new NotChecked(`The answer of ${name} does not have the time`)
      const aheadMs = terminal.now() - Date.parse(date)
      if (Math.abs(aheadMs) <= TOLERATED_MS) continue
      const minutes = Math.round(Math.abs(aheadMs) / 60_000)
      findings.push({
        what: `The clock of this machine is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of ${name}.`,
        fix: 'Set the clock from the network: timedatectl set-ntp true',
      })
    }
    return findings
  },
}
