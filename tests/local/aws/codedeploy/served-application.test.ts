import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { jest } from '@jest/globals'

import { servedFrom } from '../../../../local/aws/codedeploy/served-application.ts'

let directory: string
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'served-')))
})
afterEach(async () => {
  jest.restoreAllMocks()
  await rm(directory, { recursive: true, force: true })
})

/** A session leader of the application, as `appspec/ec2/scripts/detach.py` starts one. */
const started = async (program: string) => {
  const file = join(directory, 'app.mjs')
  await writeFile(file, `${program}\nsetInterval(() => {}, 1000)\nprocess.stdout.write('ready')\n`)
  const child = spawn(process.execPath, [file], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  const pidFile = join(directory, 'app.pid')
  await writeFile(pidFile, String(child.pid))
  return { served: servedFrom(pidFile, directory), ended }
}

test('an application is stopped when it no longer runs', async () => {
  const { served, ended } = await started('')
  expect(served.runs()).toBe(true)
  await served.stop()
  expect(served.runs()).toBe(false)
  expect(await ended).toEqual([null, 'SIGTERM'])
})

test('one that ignores the signal is killed, and waited for while the machine is too busy to end it', async () => {
  const { served, ended } = await started("process.on('SIGTERM', () => {})")
  const kill = process.kill.bind(process)
  jest.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    if (signal === 'SIGKILL') setTimeout(() => kill(pid, signal), 200)
    else kill(pid, signal)
    return true
  })
  await served.stop()
  expect(served.runs()).toBe(false)
  expect(await ended).toEqual([null, 'SIGKILL'])
})

test('nothing is stopped when nothing runs', async () => {
  const served = servedFrom(join(directory, 'none.pid'), directory)
  await served.stop()
  expect(served.runs()).toBe(false)
})
