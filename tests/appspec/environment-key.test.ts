import { execFile } from 'node:child_process'
import { chmod, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tools } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { path } from './small-app.ts'
import { tinySource } from './tiny-package.ts'

afterAll(removeDirectories)

interface Given {
  files: Record<string, string>
  env?: Record<string, string>
  python?: string
}

const foundPython = 'missing' in tools.python ? 'python3' : tools.python.path

/** The output of environment-key.py for the requirements.txt among these files, in a directory of their own. */
const keyIn = async (directory: string, { env = {}, python = foundPython }: Omit<Given, 'files'> = {}) => {
  const script = path('appspec/ec2/scripts/environment-key.py')
  const given = { PATH: process.env.PATH ?? '', HOME: directory, ...env }
  const { stdout } = await promisify(execFile)(python, ['-I', script, join(directory, 'requirements.txt')], {
    cwd: '/',
    env: given,
  })
  return stdout.trim().split('\n') as [key: string, anew?: string]
}

const key = async ({ files, ...rest }: Given) => keyIn(await directoryWith(files), rest)

await describeWith(['python'], 'the name of a virtual environment', () => {
  test('is the same for the same requirements in another directory and another deployment', async () => {
    const files = { 'requirements.txt': '-r prod.txt\n./vendor/tiny\n', 'prod.txt': 'flask==3.1.2\n' }
    const [first, ...more] = await key({ files: { ...files, ...tinySource('vendor/tiny', '1.0') } })
    expect(first).toMatch(/^[0-9a-f]{16}$/)
    expect(more).toEqual([])
    const again = { ...files, ...tinySource('vendor/tiny', '1.0'), 'app.py': 'changed = True\n', VERSION: '2' }
    expect(await key({ files: again, env: { DEPLOYMENT_ID: 'd-2', LIFECYCLE_EVENT: 'AfterInstall' } })).toEqual([first])
  })

  const requirements = (text: string, files: Record<string, string> = {}) => ({
    files: { 'requirements.txt': text, ...files },
  })
  const both = (text: string, file: string, before = 'tiny==1.0\n', after = 'tiny==2.0\n'): [Given, Given] => [
    requirements(text, { [file]: before }),
    requirements(text, { [file]: after }),
  ]
  const inEnvironment = (given: Given, before: Record<string, string>, after: Record<string, string>) =>
    [
      { ...given, env: before },
      { ...given, env: after },
    ] as [Given, Given]

  test.each<[string, [Given, Given]]>([
    ['requirements.txt', [requirements('tiny==1.0\n'), requirements('tiny==2.0\n')]],
    ['a file that -r names', both('-r requirements/prod.txt\n', 'requirements/prod.txt')],
    ['a file that --requirement= names', both('--requirement=prod.txt\n', 'prod.txt')],
    ['a file that -r names without a blank', both('-rprod.txt\n', 'prod.txt')],
    ['a file that -r names on the next line', both('-r \\\n  prod.txt\n', 'prod.txt')],
    ['a file that -r names after a comment with a backslash', both('# see \\\n-r prod.txt\n', 'prod.txt')],
    ['a file that -r names, as an editor on Windows writes it', both('-r prod.txt\r\n', 'prod.txt')],
    ['a file that -c names', both('tiny\n-c constraints.txt\n', 'constraints.txt')],
    [
      'a file that such a file names, as seen from there',
      [
        requirements('-r a/one.txt\n', { 'a/one.txt': '-c two.txt\n', 'a/two.txt': 'tiny==1.0\n' }),
        requirements('-r a/one.txt\n', { 'a/one.txt': '-c two.txt\n', 'a/two.txt': 'tiny==2.0\n' }),
      ],
    ],
    ['a file that -r names behind a byte order mark', both('\uFEFF-r prod.txt\n', 'prod.txt')],
    [
      'a local package',
      [
        requirements('./vendor/tiny\n', tinySource('vendor/tiny', '1.0')),
        requirements('./vendor/tiny\n', tinySource('vendor/tiny', '2.0')),
      ],
    ],
    [
      'a local package with extras, a marker and no dot before it',
      [
        requirements('vendor/tiny[fast]; python_version > "3"\n', tinySource('vendor/tiny', '1.0')),
        requirements('vendor/tiny[fast]; python_version > "3"\n', tinySource('vendor/tiny', '2.0')),
      ],
    ],
    ['a local wheel', both('./wheels/tiny.whl\n', 'wheels/tiny.whl')],
    ['wheels in a directory that -f names', both('--no-index\n-f wheels\ntiny\n', 'wheels/tiny.whl')],
    [
      'wheels beside the file that names them',
      [
        requirements('-r a/prod.txt\n', { 'a/prod.txt': '-f w\ntiny\n', 'a/w/tiny.whl': '1' }),
        requirements('-r a/prod.txt\n', { 'a/prod.txt': '-f w\ntiny\n', 'a/w/tiny.whl': '2' }),
      ],
    ],
    [
      'a variable that is named',
      inEnvironment(requirements('tiny==${TINY_VERSION}\n'), { TINY_VERSION: '1.0' }, { TINY_VERSION: '2.0' }),
    ],
    [
      'the index',
      inEnvironment(requirements('tiny\n'), { PIP_INDEX_URL: 'https://a' }, { PIP_INDEX_URL: 'https://b' }),
    ],
    ['what a compiler is told', inEnvironment(requirements('tiny\n'), { CFLAGS: '-O1' }, { CFLAGS: '-O2' })],
    [
      'pip.conf',
      [
        requirements('tiny\n', { '.config/pip/pip.conf': '[global]\nindex-url = https://a\n' }),
        requirements('tiny\n', { '.config/pip/pip.conf': '[global]\nindex-url = https://b\n' }),
      ],
    ],
  ])('changes with %s', async (_, [before, after]) => {
    expect((await key(after))[0]).not.toBe((await key(before))[0])
  })

  test.each([
    ['PIP_CONSTRAINT', (file: string) => ({ env: { PIP_CONSTRAINT: file } })],
    ['pip.conf', (file: string) => ({ env: {}, conf: `[install]\nconstraint =\n    ${file}\n` })],
  ])('changes with the constraints that %s names', async (_, named) => {
    const directory = await directoryWith({ 'requirements.txt': 'tiny\n', 'etc/constraints.txt': 'tiny==1.0\n' })
    const { env, conf } = { conf: '', ...named(join(directory, 'etc/constraints.txt')) }
    await writeFile(join(directory, 'pip.conf'), conf)
    const settings = { env: { ...env, PIP_CONFIG_FILE: join(directory, 'pip.conf') } }
    const before = await keyIn(directory, settings)
    await writeFile(join(directory, 'etc/constraints.txt'), 'tiny==2.0\n')
    expect(await keyIn(directory, settings)).not.toEqual(before)
  })

  test('changes with a file of a local package that becomes executable', async () => {
    const directory = await directoryWith({ 'requirements.txt': './tiny\n', ...tinySource('tiny', '1.0') })
    const before = await keyIn(directory)
    await chmod(join(directory, 'tiny/backend.py'), 0o755)
    expect(await keyIn(directory)).not.toEqual(before)
  })

  test('changes with the interpreter', async () => {
    const directory = await directoryWith({ 'requirements.txt': 'tiny\n' })
    await symlink(foundPython, join(directory, 'python'))
    expect(await keyIn(directory, { python: join(directory, 'python') })).not.toEqual(await keyIn(directory))
  })

  test('reads files that name each other once, and ignores missing ones', async () => {
    const files = {
      'requirements.txt': '-r a.txt\n-r none.txt\n-e\n--requirement\n./none\n"\n',
      'a.txt': '-r requirements.txt\n',
    }
    expect(await key({ files })).toHaveLength(2)
  })

  test.each([
    ['-e ./vendor/tiny\n', './vendor/tiny is editable: what runs is in the release'],
    ['-r https://me:secret@example.com/prod.txt?token=1\n', 'https://example.com/prod.txt may hold other requirements'],
  ])('comes with a reason to make a new one: %j', async (text, reason) => {
    const [, anew] = await key(requirements(text, tinySource('vendor/tiny', '1.0')))
    expect(anew).toContain(reason)
  })
})
