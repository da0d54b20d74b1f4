import { execFile } from 'node:child_process'
import { cp, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cleanEnvironment } from '../../local/process/clean-environment.ts'
import { tools } from '../support/equipment.ts'
import { freePort } from '../support/free-port.ts'
import { directoryWith } from '../support/order.ts'
import { bundle, path, preparePackages } from './small-app.ts'

export type Instances = Awaited<ReturnType<typeof createInstances>>

export interface InstanceOptions {
  /** Added to the environment of every hook. */
  env?: Record<string, string>
  /** Where the hooks are; those of the project if left out. */
  scripts?: string
  /** Lines of shell that run before the hook, in the process that becomes it. */
  before?: string
}

const realPython = 'missing' in tools.python ? undefined : tools.python.path

/**
 * Machines without systemd, each of which runs one script at a time as CodeDeploy's agent does. All share one directory
 * of virtual environments, `venvs`: making one takes seconds.
 *
 * @param python that makes them
 */
export const createInstances = async (python: string | undefined = realPython) => {
  const [venvs, packages] = await Promise.all([directoryWith(), preparePackages()])
  const opened: (() => Promise<unknown>)[] = []

  const instance = async ({ env = {}, scripts = path('appspec/ec2/scripts'), before = '' }: InstanceOptions = {}) => {
    const [directory, port] = await Promise.all([directoryWith(), freePort()])
    await symlink(venvs, join(directory, 'venvs'))
    const environment = cleanEnvironment(directory, {
      ...packages,
      GREENLIGHT_APP_DIR: directory,
      GREENLIGHT_PORT: String(port),
      GREENLIGHT_SUPERVISOR: 'process',
      ...(python !== undefined && { GREENLIGHT_PYTHON: python }),
      ...env,
    })
    /** Runs a script; returns its output, after `exit <code>:` if it failed. */
    const hook = (name: string, extra: Record<string, string> = {}) =>
      promisify(execFile)('/bin/sh', ['-c', `${before}\nexec "$0"`, join(scripts, `${name}.sh`)], {
        // The agent never changes its working directory, which is that of its service.
        cwd: '/',
        env: { ...environment, ...extra },
      }).then(
        ({ stdout }) => stdout,
        ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) =>
          `exit ${code}: ${stdout}${stderr}`,
      )
    opened.push(() => hook('application-stop', { GREENLIGHT_SUPERVISOR: 'process', GREENLIGHT_APP_DIR: directory }))
    const install = async (version: string, files?: Record<string, string>) =>
      cp(await bundle(version, files), join(directory, 'release'), { recursive: true })
    /** Runs the hooks in CodeDeploy's order, until one fails. Returns the last output. */
    const deploy = async (version: string, files?: Record<string, string>) => {
      const steps = [
        () => hook('application-stop'),
        () => hook('before-install'),
        () => install(version, files).then(() => ''),
        () => hook('after-install'),
        () => hook('application-start'),
        () => hook('validate-service'),
      ]
      let said = ''
      for (const step of steps) {
        said = await step()
        if (said.startsWith('exit')) return said
      }
      return said
    }
    return { directory, port, environment, hook, install, deploy }
  }

  /** Stops the applications that were started. */
  const stop = async () => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  return { venvs, packages, instance, stop }
}
