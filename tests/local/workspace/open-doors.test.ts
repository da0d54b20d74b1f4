import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createWorkspaceClock } from '../../../local/clock.ts'
import { botEnvironment } from '../../../local/workspace/bot-environment.ts'
import { openDoorsWith } from '../../../local/workspace/open-doors.ts'
import { botToken, signingSecret } from '../../support/secret.ts'

test('what each function says of one configuration at its start is told once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-doors-'))
  const clock = createWorkspaceClock()
  const told: string[] = []
  try {
    const configuration = join(folder, 'wrong.yml')
    await writeFile(configuration, 'routes: 3\n')
    const url = 'http://127.0.0.1:1'
    const environment = botEnvironment({
      url,
      queueUrl: `${url}/queue`,
      botToken: botToken('doors'),
      signingSecret: signingSecret('doors'),
      signingKeySpec: 'ECC_NIST_P256',
    })
    const report = (line: string) => told.push(line)
    await openDoorsWith(pathToFileURL(configuration))(environment, { clock, url, directory: folder, report })
    expect(told).toEqual([expect.stringMatching(/^greenlight\.yml is not valid/)])
  } finally {
    clock.stop()
    await rm(folder, { recursive: true })
  }
})
