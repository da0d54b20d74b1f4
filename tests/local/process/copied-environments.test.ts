import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withCopiedEnvironments } from '../../../local/process/copied-environments.ts'
import { tinyWheels } from '../../appspec/tiny-package.ts'
import { missing, tools } from '../../support/equipment.ts'
import { describeWith } from '../../support/needs.ts'
import { directoryWith, removeDirectories } from '../../support/order.ts'

afterAll(removeDirectories)

const run = async (command: string, ...argv: string[]): Promise<string> =>
  (await promisify(execFile)(command, argv)).stdout.trim()

/** A python3 that copies the environments that it keeps in `cache`. */
const pythonWith = async (cache: string): Promise<string> => {
  const { python } = await withCopiedEnvironments(tools, cache)
  if ('missing' in python) throw new Error(python.missing)
  return python.path
}

test('without Python, nothing is different', async () => {
  const without = { ...tools, python: missing }
  expect(await withCopiedEnvironments(without, await directoryWith())).toBe(without)
})

await describeWith(['python'], 'a copied virtual environment', () => {
  let python: string
  let first: string
  let second: string
  beforeAll(async () => {
    python = await pythonWith(await directoryWith())
    first = await directoryWith({ 'of-before.txt': '' })
    second = join(await directoryWith(), 'it’s a directory', 'venv')
    await run(python, '-m', 'venv', '--clear', first)
    await run(python, '-I', '-m', 'venv', '--clear', second)
  }, 180_000)

  test('is empty but for pip, as venv makes it', async () => {
    expect(await readdir(first)).not.toContain('of-before.txt')
    for (const environment of [first, second]) {
      const inside = join(environment, 'bin', 'python')
      const told = await run(inside, '-I', '-c', 'import pip, sys; print(sys.prefix, pip.__file__, sep="\\n")')
      const [prefix, pip] = told.split('\n')
      expect(prefix).toBe(environment)
      expect(pip).toContain(environment)
      expect(await readFile(join(environment, 'pyvenv.cfg'), 'utf8')).toContain('include-system-site-packages = false')
    }
  })

  test('gets what is installed into it, by its own pip, and no other gets that', async () => {
    const wheels = await tinyWheels(python, ['1.0'])
    const install = ['install', '--quiet', '--disable-pip-version-check', '--no-index', '--find-links', wheels, 'tiny']
    // Its path is in its first line.
    await run(join(first, 'bin', 'pip'), ...install)
    const version = ['-I', '-c', 'import tiny; print(tiny.VERSION)']
    expect(await run(join(first, 'bin', 'python'), ...version)).toBe('1.0')
    await expect(run(join(second, 'bin', 'python'), ...version)).rejects.toThrow('No module named')
    const third = await directoryWith()
    await run(python, '-m', 'venv', '--clear', third)
    await expect(run(join(third, 'bin', 'python'), ...version)).rejects.toThrow('No module named')
  })

  test('is compiled: Python does not do it again', async () => {
    const script = `import importlib.util as u, os, pip._internal as m
source = os.stat(m.__file__)
with open(u.cache_from_source(m.__file__), 'rb') as file: head = file.read(16)
print(int.from_bytes(head[8:12], 'little') == int(source.st_mtime))`
    expect(await run(join(second, 'bin', 'python'), '-I', '-c', script)).toBe('True')
  })

  test('fails with a sentence where it cannot be written', async () => {
    const file = join(await directoryWith(), 'file')
    await writeFile(file, '')
    await expect(run(python, '-m', 'venv', '--clear', join(file, 'venv'))).rejects.toThrow(
      /The virtual environment could not be copied: .*Not a directory/,
    )
  })

  test('is for nothing but that command', async () => {
    expect(await run(python, '-c', 'import sys; print(sys.argv[1:])', '-m', 'venv')).toBe("['-m', 'venv']")
    expect(await run(python, '-c', 'import sys; print(sys.version_info[0])')).toBe('3')
    await expect(run(python, '-c', 'raise SystemExit(7)')).rejects.toMatchObject({ code: 7 })
  })
})
