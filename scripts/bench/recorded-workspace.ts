import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { approvalDecided } from '../../functions/approval-decided.ts'
import { approvalRequested } from '../../functions/approval-requested.ts'
import { buttonClicked } from '../../functions/button-clicked.ts'
import { dayPassed } from '../../functions/day-passed.ts'
import { effectDue, effectServices } from '../../functions/effect-due.ts'
import { minutePassed } from '../../functions/minute-passed.ts'
import { pipelineChanged } from '../../functions/pipeline-changed.ts'
import { openServices } from '../../functions/services.ts'
import { listen } from '../../local/http-server.ts'
import type { Doors } from '../../local/workspace/doors.ts'
import { type Workspace, openWorkspace } from '../../local/workspace/workspace.ts'
import { stillDelivery } from '../../tests/support/still-delivery.ts'
import { type Answers, callOf } from './replay.ts'

export const SIGNING_SECRET = 'bench'

/** What AWS and Slack answered to one function, which can be started with the same answers. */
export interface Recorded {
  answers: Answers
  /** What the function finds in its environment, with AWS and Slack at `services`. */
  environment(services: string): Record<string, string>
}

/** Keeps what AWS and Slack answer until the work has ended. */
export type Recorder = <T>(work: () => Promise<T>) => Promise<T>

export interface Scene {
  /** greenlight.yml. */
  configuration: string
  /** The bot's functions, as the workspace is to call them. */
  watched(doors: Doors, record: Recorder): Doors
  /** What happens in the workspace. */
  play(workspace: Workspace, record: Recorder): Promise<void>
}

const quiet = () => undefined
const log = { info: quiet, warn: quiet, error: quiet, count: quiet }

/** Opens a workspace in which a pipeline requests an approval, plays the scene, and closes it. */
export const recordScene = async ({ configuration, watched, play }: Scene): Promise<Recorded> => {
  const answers = new Map<string, { status: number; body: Buffer }>()
  let isRecorded = false
  let given: Record<string, string> = {}
  let workspaceUrl = ''
  const record: Recorder = async (work) => {
    isRecorded = true
    try {
      return await work()
    } finally {
      isRecorded = false
    }
  }
  const recorder = await listen(async (request) => {
    const { pathname, search } = new URL(request.url)
    const headers = new Headers(request.headers)
    for (const name of ['host', 'connection', 'content-length', 'expect', 'transfer-encoding']) headers.delete(name)
    const sent = await request.arrayBuffer()
    const answer = await fetch(workspaceUrl + pathname + search, { method: request.method, headers, body: sent })
    const { status } = answer
    const body = Buffer.from(await answer.arrayBuffer())
    if (isRecorded) answers.set(callOf(request.headers.get('x-amz-target'), request.url), { status, body })
    return new Response(body, { status, headers: { 'content-type': 'application/json' } })
  }, 0)
  const workspace = await openWorkspace({
    port: 0,
    botToken: 'xoxb-bench',
    signingSecret: SIGNING_SECRET,
    openDelivery: stillDelivery,
    openDoors: async (environment, { url, clock, directory }) => {
      workspaceUrl = url
      // The handlers by hand read plain records.
      given = { ...environment, STORED_RECORDS: 'plain' }
      const GREENLIGHT_CONFIG = join(directory, 'greenlight.yml')
      await writeFile(GREENLIGHT_CONFIG, configuration)
      const services = openServices({ ...moved(given, url, recorder.url), GREENLIGHT_CONFIG }, clock, log)
      const doors: Doors = {
        approvalRequested: approvalRequested(services),
        pipelineChanged: pipelineChanged(services),
        buttonClicked: buttonClicked(services),
        effectDue: effectDue(effectServices(services)),
        minutePassed: minutePassed(services),
        dayPassed: dayPassed(null),
        approvalDecided: approvalDecided(null),
      }
      return watched(doors, record)
    },
    openPage: () => Promise.resolve({ html: '', assets: {} }),
  })
  try {
    await play(workspace, record)
  } finally {
    await workspace.close()
    await recorder.close()
  }
  return { environment: (services) => moved(given, workspaceUrl, services), answers }
}

const moved = (environment: Record<string, string>, from: string, to: string): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replaceAll(from, to)]))
