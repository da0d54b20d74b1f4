import { NotChecked, type Check, type Finding } from './check.ts'

/** Slack's signatures are refused from five minutes on; AWS's too. Two leave room for a slow answer. */
const TOLERATED_MS = 2 * 60_000

/** The machine that looks at everything else must not be wrong about the time. */
export const clock: Check = {
  title: 'Clock',
  run: async ({ connection, region, terminal }) => {
    const { SLACK_API_URL = 'https://slack.com/api/' } = terminal.environment
    const others = {
      AWS: connection.endpoint ?? `https://sts.${region}.amazonaws.com/`,
      Slack: new URL('api.test', SLACK_API_URL.replace(/\/*$/, '/')).href,
    }
    const findings: Finding[] = []
    for (const [name, address] of Object.entries(others)) {
      const date = (await terminal.fetch(address, { redirect: 'manual' })).headers.get('date')
      if (!date) throw new NotChecked(`${name} does not say what time it is`)
      const aheadMs = terminal.now() - Date.parse(date)
      if (Math.abs(aheadMs) <= TOLERATED_MS) continue
      const minutes = Math.round(Math.abs(aheadMs) / 60_000)
      findings.push({
        what: `The clock of this machine is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} ${name}'s.`,
        fix: 'Have it set from the network (timedatectl set-ntp true).',
      })
    }
    return findings
  },
}
