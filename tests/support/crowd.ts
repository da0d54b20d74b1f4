import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { buttonClicked } from '../../functions/button-clicked.ts'
import { effectDue, effectServices } from '../../functions/effect-due.ts'
import { approvalDecided } from '../../functions/approval-decided.ts'
import { dayPassed } from '../../functions/day-passed.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import type { Log } from '../../functions/ports/log.ts'
import { openServices } from '../../functions/services.ts'
import type { Doors, DoorsSettings } from '../../local/workspace/doors.ts'
import { listen } from '../../local/http-server.ts'
import { signedHeaders } from '../../local/slack/interactions.ts'
import { openWorkspace } from '../../local/workspace/workspace.ts'
import { stillDelivery } from './still-delivery.ts'
import { decided, form } from './slack-payload.ts'
import { botToken, signingSecret } from './secret.ts'

export const FIFTY = Array.from({ length: 50 }, (_, index) => `U0P${String(index).padStart(2, '0')}`)

const SIGNING_SECRET = signingSecret('fifty')
const TEAM = 'T0SHOPTEAM'

const configuration = (count: number) => `
defaults: { approvals: C0RELEASES }
routes:
  - match: { pipeline: flask-app }
    approvers: [{ name: everybody, people: [${FIFTY.join(', ')}], count: ${count} }]
    comment: none
`

/** Fifty functions are more than one machine starts at once; each of these takes every fifth click. */
const INSTANCES = 5

/** Slack, with fifty more people. */
const knowingAll = (slackOf: () => string) =>
  listen(async (request) => {
    const { pathname } = new URL(request.url)
    const { method, headers } = request
    const body = await request.text()
    const user = pathname === '/users.info' ? new URLSearchParams(body).get('user') : null
    if (user && FIFTY.includes(user))
      return Response.json({ ok: true, user: { id: user, team_id: TEAM, name: user, profile: { real_name: user } } })
    const answer = await fetch(`${slackOf()}${pathname}`, { method, headers, body })
    return new Response(await answer.arrayBuffer(), answer)
  }, 0)

/** A workspace in which fifty people may approve, and `count` of them must. */
export const openCrowd = async (count: number, log: Log) => {
  let url = ''
  const slack = await knowingAll(() => `${url}/slack/api`)
  const openCrowdedDoors = async (given: Record<string, string>, settings: DoorsSettings): Promise<Doors> => {
    url = settings.url
    const GREENLIGHT_CONFIG = join(settings.directory, 'fifty.yml')
    await writeFile(GREENLIGHT_CONFIG, configuration(count))
    const environment = { ...given, SLACK_API_URL: `${slack.url}/` }
    const instance = () => openServices({ ...environment, GREENLIGHT_CONFIG }, settings.clock, log)
    const clicked = Array.from({ length: INSTANCES }, () => buttonClicked(instance()))
    let clicks = 0
    return {
      approvalRequested: approvalRequested(instance()),
      pipelineChanged: pipelineChanged(instance()),
      buttonClicked: (event) => clicked[clicks++ % INSTANCES]!(event),
      effectDue: effectDue(effectServices(instance())),
      minutePassed: minutePassed(instance()),
      dayPassed: dayPassed(null),
      approvalDecided: approvalDecided(null),
    }
  }
  const workspace = await openWorkspace({
    port: 0,
    botToken: botToken('fifty'),
    signingSecret: SIGNING_SECRET,
    openDelivery: stillDelivery,
    openDoors: openCrowdedDoors,
    openPage: () => Promise.resolve({ html: '', assets: {} }),
  })
  return {
    workspace,
    /** A person approves; the status of the answer. */
    click: async (approval: string, userId: string): Promise<number> => {
      const body = form(decided('approve', approval, '', userId))
      const response = await fetch(`${workspace.url}/slack/events`, {
        method: 'POST',
        headers: signedHeaders(SIGNING_SECRET, workspace.clock.now(), body),
        body,
      })
      return response.status
    },
    close: async () => {
      await workspace.close()
      await slack.close()
    },
  }
}
