import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { tools } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { path } from './small-app.ts'

afterAll(removeDirectories)

const python = 'missing' in tools.python ? 'python3' : tools.python.path

/** Has the key made by the Python of this machine, and notes what would be made instead of making it. */
const PYTHON = `#!/bin/sh
case "$1" in
-I) exec "$REAL_PYTHON" "$@" ;;
-m) for last; do :; done; mkdir -p "$last/bin"; printf '#!/bin/sh\\n' >"$last/bin/python"; chmod 755 "$last/bin/python"; echo "$last" >>"$HOME/made" ;;
esac
`

/** A CodeBuild whose home directory is kept: runs the install phase of the tests' buildspec. */
const openBuild = async (files: Record<string, string>) => {
  const [source, home, found] = await Promise.all([directoryWith(files), directoryWith({ made: '' }), directoryWith()])
  await mkdir(join(source, 'scripts'))
  await copyFile(path('appspec/ec2/scripts/environment-key.py'), join(source, 'scripts', 'environment-key.py'))
  await writeFile(join(found, 'python3'), PYTHON, { mode: 0o755 })
  const buildspec = parse(await readFile(path('examples/flask-app/buildspec-test.yml'), 'utf8')) as {
    phases: { install: { commands: string[] } }
  }
  const install = buildspec.phases.install.commands.join('\n')
  return {
    write: (name: string, content: string) => writeFile(join(source, name), content),
    /** The environments that were made so far, after this build. */
    made: async (build: string): Promise<string[]> => {
      await promisify(execFile)('bash', ['-euc', install], {
        cwd: source,
        env: {
          PATH: `${found}:${process.env.PATH}`,
          HOME: home,
          REAL_PYTHON: python,
          CODEBUILD_BUILD_ID: `shop-test:${build}`,
        },
      })
      return (await readFile(join(home, 'made'), 'utf8')).split('\n').filter((line) => line !== '')
    },
  }
}

await describeWith(['bash', 'python'], 'the environment in which the tests of the example run', () => {
  test('is kept, and another is made when a file changes that the requirements include', async () => {
    const { made, write } = await openBuild({
      'requirements-test.txt': '-r requirements.txt\npytest==9.0.1\n',
      'requirements.txt': 'flask==3.1.2\n',
    })
    const first = await made('1')
    expect(first).toEqual([expect.stringMatching(/\/venv-[0-9a-f]{16}$/)])
    expect(await made('2')).toEqual(first)
    await write('requirements.txt', 'flask==3.1.3\n')
    expect(new Set(await made('3')).size).toBe(2)
  })

  test('is each build’s own where its name cannot be told', async () => {
    const { made, write } = await openBuild({ 'requirements-test.txt': 'pytest==9.0.1\n' })
    await write('scripts/environment-key.py', 'raise SystemExit(1)\n')
    await made('1')
    expect(await made('2')).toEqual([expect.stringMatching(/\/venv-1$/), expect.stringMatching(/\/venv-2$/)])
  })
})
