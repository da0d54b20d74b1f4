import { jest } from '@jest/globals'
import { execFile } from 'node:child_process'
import { readFile, readdir, readlink, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { copyingPython } from '../support/equipment.ts'
import { hasEnded } from '../support/has-ended.ts'
import { describeWith } from '../support/needs.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { createInstances, type InstanceOptions, type Instances } from './instances.ts'
import { bundle } from './small-app.ts'
import { tinySource, tinyWheels } from './tiny-package.ts'

/*
 * What AfterInstall does with a requirements.txt, by the real pip. The inputs that count are in
 * environment-key.test.ts.
 */

let instances: Instances
let wheels: string
beforeAll(async () => {
  const python = await copyingPython()
  instances = await createInstances(python)
  wheels = await tinyWheels(python, ['1.0', '2.0'])
})
afterAll(removeDirectories)
jest.setTimeout(180_000)

const instanceWith = ({ env, ...options }: InstanceOptions = {}) =>
  instances.instance({ ...options, env: { PIP_FIND_LINKS: wheels, ...env } })

type Instance = Awaited<ReturnType<Instances['instance']>>

/** Installs these files; returns the output of AfterInstall. */
const afterInstall = async ({ hook, install }: Instance, files: Record<string, string>) => {
  expect(await hook('before-install')).toContain('Ready')
  await install('aaaaaaa', files)
  return hook('after-install')
}

/** The version of the package that the application would import. */
const tiny = async ({ directory }: Instance) => {
  const python = join(directory, 'venv/bin/python')
  const { stdout } = await promisify(execFile)(python, ['-c', 'import tiny; print(tiny.VERSION)'])
  return stdout.trim()
}

await describeWith(['packages'], 'a deployment', () => {
  test.each([
    ['-r', (version: string) => ['-r requirements/prod.txt\n', `tiny==${version}\n`]],
    ['-c', (version: string) => ['tiny\n-c requirements/prod.txt\n', `tiny==${version}\n`]],
  ])('gets the packages of a file that %s names, and its rollback those of before', async (_, filesOf) => {
    const instance = await instanceWith()
    const released = async (version: string) => {
      const [requirements = '', prod = ''] = filesOf(version)
      return afterInstall(instance, { 'requirements.txt': requirements, 'requirements/prod.txt': prod })
    }
    expect(await released('1.0')).toMatch(/^Making/)
    expect(await tiny(instance)).toBe('1.0')
    expect(await released('2.0')).toMatch(/^Making/)
    expect(await tiny(instance)).toBe('2.0')
    expect(await released('1.0')).toMatch(/ is ready: same requirements as before\n$/)
    expect(await tiny(instance)).toBe('1.0')
  })

  test('gets a package from its own directory, also if only that has changed', async () => {
    const instance = await instanceWith()
    for (const version of ['1.0', '2.0']) {
      const files = { 'requirements.txt': './vendor/tiny\n', ...tinySource('vendor/tiny', version) }
      expect(await afterInstall(instance, files)).toMatch(/^Making/)
      expect(await tiny(instance)).toBe(version)
    }
  })

  test('with an editable package gets an environment of its own', async () => {
    expect(await afterInstall(await instanceWith(), { 'requirements.txt': '-e ./vendor/none\n' })).toMatch(
      /^exit 1: A new virtual environment for this release: \.\/vendor\/none is editable: /,
    )
  })

  test('gets a new environment if the interpreter of the old one is gone', async () => {
    const instance = await instanceWith()
    const files = { 'requirements.txt': 'tiny==1.0\n# interpreter\n' }
    await afterInstall(instance, files)
    const made = await readlink(join(instance.directory, 'venv'))
    await promisify(execFile)('ln', ['-sf', '/nowhere/python3', join(made, 'bin/python')])
    await rm(join(made, 'pyvenv.cfg'))
    expect(await afterInstall(instance, files)).toContain('Making')
    expect(await tiny(instance)).toBe('1.0')
  })

  test('keeps the environment of the deployment before it, however long that was live, and removes older ones', async () => {
    const instance = await instanceWith()
    const longAgo = new Date('2020-01-01')
    const made: string[] = []
    for (const version of ['1.0', '2.0', '1.0']) {
      for (const name of await readdir(instances.venvs)) await utimes(join(instances.venvs, name), longAgo, longAgo)
      await afterInstall(instance, { 'requirements.txt': `tiny==${version}\n# ${instance.port}\n` })
      made.push(await readlink(join(instance.directory, 'venv')))
      const kept = (await readdir(instances.venvs)).map((name) => join(instance.directory, 'venvs', name))
      expect(kept.sort()).toEqual([...new Set(made)].sort())
    }
    expect(made[2]).toBe(made[0])
  })

  test('whose packages take longer than appspec.yml allows is told so before CodeDeploy ends the hook', async () => {
    const appspec = 'hooks:\n  AfterInstall:\n    - location: scripts/after-install.sh\n      timeout: 2\n'
    const instance = await instanceWith({ scripts: join(await bundle('aaaaaaa', {}, appspec), 'scripts') })
    const pid = join(instance.directory, 'pid')
    const files = { 'requirements.txt': './tiny\n', ...tinySource('tiny', '1.0', 600) }
    expect(await instance.hook('before-install')).toContain('Ready')
    await instance.install('aaaaaaa', files)
    expect(await instance.hook('after-install', { TINY_PID: pid })).toMatch(
      /^exit 1: [^]*pip was not ready after 1 s, of those that appspec\.yml gives after-install\.sh\n$/,
    )
    const building = await readFile(pid, 'utf8').catch(() => null)
    if (building !== null) await hasEnded(Number(building))
    await expect(readlink(join(instance.directory, 'venv'))).rejects.toThrow('ENOENT')
  })

  test('ignores settings of pip in /etc/profile that put packages elsewhere', async () => {
    const elsewhere = await directoryWith()
    const instance = await instanceWith({ env: { PIP_TARGET: elsewhere, PIP_USER: '1', PYTHONPATH: elsewhere } })
    expect(await afterInstall(instance, { 'requirements.txt': 'tiny==2.0\n' })).toContain('nvironment')
    expect(await readdir(elsewhere)).toEqual([])
    expect(await tiny(instance)).toBe('2.0')
  })
})
