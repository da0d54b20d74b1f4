import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { readAppspec } from '../../local/aws/codedeploy/codedeploy.ts'
import { describeWith } from '../support/needs.ts'
import { directoryWith, removeDirectories } from '../support/order.ts'

afterAll(removeDirectories)

const file = (path: string) => fileURLToPath(new URL(`../../appspec/${path}`, import.meta.url))
const text = (path: string) => readFileSync(file(path), 'utf8')
const hooks = Object.values(readAppspec(text('ec2/appspec.yml')).hooks).flatMap((scripts) => scripts ?? [])

describe('EC2', () => {
  test.each(hooks.map(({ location }) => location))(
    '%s is executable, and stops at the first command that fails',
    (location) => {
      expect(statSync(file(`ec2/${location}`)).mode & 0o111).not.toBe(0)
      const [shebang, ...rest] = text(`ec2/${location}`).split('\n')
      expect(shebang).toBe('#!/bin/bash -p')
      expect(rest.find((line) => line && !line.startsWith('#'))).toBe('set -euo pipefail')
    },
  )

  test('the appspec names every script', () => {
    const runnable = readdirSync(file('ec2/scripts')).filter(
      (name) => statSync(file(`ec2/scripts/${name}`)).mode & 0o111,
    )
    expect(runnable.sort()).toEqual(hooks.map(({ location }) => location.replace('scripts/', '')).sort())
  })
})

await describeWith(['bash'], 'EC2 hooks by themselves', () => {
  const run = (script: string, env: Record<string, string>) =>
    execFileSync(file(`ec2/scripts/${script}`), {
      env: { PATH: process.env.PATH ?? '', ...env },
      encoding: 'utf8',
      stdio: 'pipe',
    })

  test('application-stop succeeds if no application runs, or was ever deployed', async () => {
    const directory = await directoryWith()
    for (const GREENLIGHT_APP_DIR of [directory, `${directory}/never`])
      expect(run('application-stop.sh', { GREENLIGHT_APP_DIR, GREENLIGHT_SUPERVISOR: 'process' })).toBe('Stopped\n')
  })

  test('application-stop leaves a program alone that has the old process id now', async () => {
    const directory = await directoryWith({ 'run/gunicorn.pid': `${process.pid}\n` })
    run('application-stop.sh', { GREENLIGHT_APP_DIR: directory, GREENLIGHT_SUPERVISOR: 'process' })
    expect(process.kill(process.pid, 0)).toBe(true)
  })

  test('after-install names a missing requirements.txt', async () => {
    const GREENLIGHT_APP_DIR = await directoryWith()
    expect(() => run('after-install.sh', { GREENLIGHT_APP_DIR })).toThrow('requirements.txt is not in the release')
  })

  test('an unknown supervisor is refused before any other step', async () => {
    const GREENLIGHT_APP_DIR = await directoryWith()
    expect(() => run('application-start.sh', { GREENLIGHT_APP_DIR, GREENLIGHT_SUPERVISOR: 'upstart' })).toThrow(
      "GREENLIGHT_SUPERVISOR is 'upstart', expected systemd or process",
    )
  })
})

describe('Lambda and ECS', () => {
  const HOOKS = {
    lambda: ['BeforeAllowTraffic', 'AfterAllowTraffic'],
    ecs: ['BeforeInstall', 'AfterInstall', 'AfterAllowTestTraffic', 'BeforeAllowTraffic', 'AfterAllowTraffic'],
  }

  test.each([
    ['lambda', 'AWS::Lambda::Function', ['Name', 'Alias', 'CurrentVersion', 'TargetVersion']],
    ['ecs', 'AWS::ECS::Service', ['TaskDefinition', 'LoadBalancerInfo', 'PlatformVersion']],
  ] as const)('%s: the keys are those that CodeDeploy knows, in its case', (platform, type, properties) => {
    const appspec = parse(text(`${platform}/appspec.yml`)) as {
      version: number
      Resources: Record<string, { Type: string; Properties: object }>[]
      Hooks: Record<string, string>[]
    }
    expect(Object.keys(appspec)).toEqual(['version', 'Resources', 'Hooks'])
    expect(appspec.version).toBe(0)
    const [resource] = appspec.Resources.flatMap((one) => Object.values(one))
    expect(resource?.Type).toBe(type)
    expect(Object.keys(resource!.Properties)).toEqual(properties)
    const events = appspec.Hooks.flatMap((hook) => Object.keys(hook))
    expect(HOOKS[platform].filter((event) => events.includes(event))).toEqual(events)
    const asked = appspec.Hooks.flatMap((hook) => Object.values(hook))
    expect(new Set(asked)).toEqual(new Set(['traffic-shifting']))
  })
})
