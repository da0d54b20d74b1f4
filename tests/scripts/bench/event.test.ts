import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { invoke } from '../../../scripts/bench/invocations.ts'
import type { RecordedEvent } from '../../../scripts/bench/recorded-event.ts'
import {
  CONFIGURATION,
  WITHOUT_WAITS,
  callsOf,
  callsOfWrite,
  recordEvent,
} from '../../../scripts/bench/recorded-event.ts'
import { type Replay, replay } from '../../../scripts/bench/replay.ts'

let recorded: RecordedEvent
let services: Replay
let directory: string
beforeAll(async () => {
  recorded = await recordEvent()
  services = await replay(recorded.answers)
  directory = await mkdtemp(join(tmpdir(), 'greenlight-event-'))
}, 60_000)
afterAll(async () => {
  await services.close()
  await rm(directory, { recursive: true, force: true })
})

test.each([
  ['functions/pipeline-changed.ts', callsOf],
  ['scripts/bench/floor/event.mjs', callsOf],
  ['scripts/bench/floor/write.mjs', callsOfWrite],
])('%s makes the calls of an event without a status message, and no other', async (bundle, calls) => {
  const configuration = join(directory, 'greenlight.yml')
  await writeFile(configuration, CONFIGURATION)
  const environment = { ...recorded.environment(services.url), GREENLIGHT_CONFIG: configuration }
  services.calls()
  await invoke(resolve(bundle), recorded.event, { times: 3, environment, flags: WITHOUT_WAITS })
  expect(services.calls()).toEqual(calls(3))
})
