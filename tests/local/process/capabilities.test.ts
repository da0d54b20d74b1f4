import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { detectTools, notRunWithout } from '../../../local/process/capabilities.ts'
import { createPackageIndex } from '../../../local/process/package-index.ts'
import { describeWith } from '../../support/needs.ts'
import { directoryWith, removeDirectories } from '../../support/order.ts'

afterAll(removeDirectories)

const signal = new AbortController().signal

test('if no tool is installed, every part that is not run is named, with the reason', async () => {
  const tools = await detectTools(await directoryWith())
  expect(notRunWithout(tools).map(({ why }) => why)).toEqual([
    'git is not installed',
    'bash is not installed',
    'python3 is not installed',
  ])
})

test('if every tool is installed, no part is named', () => {
  const found = { path: '/usr/bin/x', version: '9' }
  expect(notRunWithout({ git: found, bash: found, python: found })).toEqual([])
})

await describeWith(['bash'], 'a Python that does not work', () => {
  test.each([
    ['/usr/bin/python3|3.8.10|', 'python3 is 3.8.10, and 3.9 is needed'],
    ['/usr/bin/python3|3.11.2|venv,ensurepip', 'python3 3.11.2 comes without venv and ensurepip'],
    ['nonsense', 'python3 does not say its version'],
  ])('because it prints %j is refused', async (answer, why) => {
    const path = await directoryWith({ python3: `#!/bin/bash\necho '${answer}'\n` })
    await chmod(join(path, 'python3'), 0o755)
    expect((await detectTools(path)).python).toEqual({ missing: why })
  })

  test.each([
    ['that does not answer', 'while :; do :; done', 'git did not answer within 1 s'],
    ['that fails', 'exit 3', 'git does not run here: it ended with 3'],
  ])('a git %s is not called missing', async (_, commands, why) => {
    const path = await directoryWith({ git: `#!/bin/bash\n${commands}\n` })
    await chmod(join(path, 'git'), 0o755)
    expect((await detectTools(path, 1)).git).toEqual({ missing: why })
  })
})

test('packages are not looked for without Python, or if none are required', async () => {
  const directory = await directoryWith({ 'requirements.txt': 'Flask\n' })
  const index = createPackageIndex({ missing: 'python3 is not installed' }, directory)
  expect(await index.prepare(join(directory, 'requirements.txt'), signal)).toMatchObject({
    why: 'python3 is not installed',
  })
  expect(await index.prepare(join(directory, 'none.txt'), signal)).toEqual({})
})
