import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { systemClock } from '../../functions/clock.ts'
import type { ActionOutcome } from '../../local/aws/action-runner.ts'
import { createCodeBuild } from '../../local/aws/codebuild/codebuild.ts'
import { tools } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { directoryWith, order, removeDirectories } from '../support/order.ts'
import { readTemplate } from './read-template.ts'
import { copyService, KEPT_SCHEMAS } from '../support/service-copy.ts'
import { at, ofType, type Template, text } from '../support/template.ts'

/*
 * buildspec.yml, as infra/self.yml runs it for Greenlight itself. npm is a stand-in that only keeps its arguments: the
 * packages are installed, and the checks and tests include this one.
 */

await describeWith(['bash', 'unzip'], 'the release of Greenlight itself', () => {
  let service: string
  let bundle: string
  let outcome: ActionOutcome
  let npmCalls: string[]

  beforeAll(async () => {
    service = await copyService('greenlight-own-release-')
    await cp('buildspec.yml', join(service, 'buildspec.yml'))
    await cp('scripts', join(service, 'scripts'), { recursive: true })
    const [programs, directory] = await Promise.all([directoryWith(), directoryWith()])
    bundle = await directoryWith()
    const calls = join(programs, 'calls')
    await writeFile(join(programs, 'npm'), `#!/bin/sh\necho "npm $*" >>'${calls}'\n`, { mode: 0o755 })
    const run = order({
      inputArtifacts: { Source: service },
      outputArtifacts: { Bundle: bundle },
      configuration: {
        ProjectName: 'greenlight',
        // Searched before the directories on the build's own PATH.
        EnvironmentVariables: JSON.stringify(
          Object.entries({ PATH: `${programs}:${process.env.PATH}`, ...KEPT_SCHEMAS }).map(([name, value]) => ({
            name,
            value,
          })),
        ),
      },
    })
    const runner = createCodeBuild({
      directory,
      tools,
      packageIndex: { prepare: () => Promise.resolve({}) },
      clock: systemClock,
      commitIn: () => '9d1e77c0b5a44f6cbf9a6c3b0d2d8f7a1e5c4b3a',
      projects: { greenlight: { buildspec: 'buildspec.yml', timeoutMs: 100_000 } },
    })
    outcome = await runner(run)
    npmCalls = (await readFile(calls, 'utf8')).trim().split('\n')
  }, 120_000)

  afterAll(async () => {
    await rm(service, { recursive: true, force: true })
    await removeDirectories()
  })

  const template = async () => JSON.parse(await readFile(join(bundle, 'template.json'), 'utf8')) as Template

  test('is checked, tested and packaged', () => {
    expect(outcome).toMatchObject({ status: 'Succeeded', outputVariables: { APP_VERSION: '9d1e77c' } })
    expect(npmCalls).toEqual(['npm ci', 'npm run check', 'npm test'])
  })

  test('is one archive with the code of every function, and no packages or tests', async () => {
    const handlers = ofType(await template(), 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.Handler)
    expect(handlers).toContain('functions/button-clicked.handler')
    const files = await readdir(join(bundle, 'functions'))
    const names = handlers.map((handler) => basename(text(handler), '.handler'))
    expect(files.sort()).toEqual(names.flatMap((name) => [`${name}.mjs`, `${name}.parts`]).sort())
    expect((await readdir(bundle)).sort()).toEqual(['functions', 'greenlight.json', 'template.json'])
  })

  test('has its code where infra/self.yml says', async () => {
    const { Resources, Parameters } = (await template()) as Template & { Parameters: Record<string, unknown> }
    const stages = at(readTemplate('self.yml'), 'Resources.Pipeline.Properties.Stages') as {
      Actions: { Configuration: Record<string, string> }[]
    }[]
    const release = stages.flatMap(({ Actions }) => Actions).find(({ Configuration }) => Configuration.TemplatePath)!
    const given = Object.keys(JSON.parse(release.Configuration.ParameterOverrides!) as object)
    expect(Object.keys(Parameters).sort()).toEqual(given.sort())
    const codes = ofType({ Resources }, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties.Code)
    for (const code of codes) expect(code).toEqual({ S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } })
  })

  // .ci/run checks the templates themselves.
  test('is a template small enough for CloudFormation to take from S3', async () => {
    expect((await stat(join(bundle, 'template.json'))).size).toBeLessThan(1_000_000)
  })
})
