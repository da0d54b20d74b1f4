import { readFileSync } from 'node:fs'
import { ignoredIn, readAppspec } from '../../../../local/aws/codedeploy/appspec.ts'

test('the example’s is understood', () => {
  const text = readFileSync(new URL('../../../../appspec/ec2/appspec.yml', import.meta.url), 'utf8')
  const appspec = readAppspec(text)
  expect(appspec.file_exists_behavior).toBe('OVERWRITE')
  expect(Object.keys(appspec.hooks)).toEqual([
    'ApplicationStop',
    'BeforeInstall',
    'AfterInstall',
    'ApplicationStart',
    'ValidateService',
  ])
})

test('what is left out has CodeDeploy’s defaults', () => {
  const appspec = readAppspec('version: 0.0\nos: linux\nhooks: { AfterInstall: [{ location: a.sh }] }\n')
  expect(appspec).toMatchObject({ file_exists_behavior: 'DISALLOW', files: [] })
  expect(appspec.hooks.AfterInstall).toEqual([{ location: 'a.sh', timeout: 3600 }])
})

test('every problem is named with its line', () => {
  const wrong = () =>
    readAppspec(`version: 1.0
os: windows
file_exists_behavior: REPLACE
files:
  - source: /
    destination: opt/app
hooks:
  BeforeInstal:
    - location: a.sh
  AfterInstall:
    - location: a.sh
      timeout: soon
  ApplicationStart:
    - { timeout: 60 }
`)
  expect(wrong).toThrow(/^appspec\.yml:1: version: is not 0\.0/m)
  expect(wrong).toThrow(/^appspec\.yml:2: os: is not linux/m)
  expect(wrong).toThrow(/^appspec\.yml:3: file_exists_behavior: /m)
  expect(wrong).toThrow(/^appspec\.yml:6: files: 0: destination: is not an absolute path/m)
  expect(wrong).toThrow(/^appspec\.yml:8: hooks: .*BeforeInstal/m)
  expect(wrong).toThrow(/^appspec\.yml:12: hooks: AfterInstall: 0: timeout: /m)
  expect(wrong).toThrow(/^appspec\.yml:14: hooks: ApplicationStart: 0: location: is missing/m)
})

describe('as CodeDeploy’s agent reads it', () => {
  const minimal = 'version: 0.0\nos: linux\n'

  test('an event, a section and a value without content are left out', () => {
    const appspec = readAppspec(`${minimal}files:
permissions:
file_exists_behavior:
hooks:
  BeforeInstall:
  ApplicationStop: []
  AfterInstall:
    - { location: ' scripts/test.sh ', timeout: , runas: }
`)
    expect(appspec).toMatchObject({ files: [], permissions: [], file_exists_behavior: 'DISALLOW' })
    expect(appspec.hooks).toEqual({ AfterInstall: [{ location: 'scripts/test.sh', timeout: 3600 }] })
    expect(readAppspec(`${minimal}hooks:\n`).hooks).toEqual({})
  })

  test.each(["'0.0'", '"0.0"', '1.0', 'v0', ''])('version: %s is refused', (version) => {
    expect(() => readAppspec(`version: ${version}\nos: linux\n`)).toThrow(
      'appspec.yml:1: version: is not 0.0, a number without quotes',
    )
  })

  test.each(['0.0', '0'])('version: %s is accepted', (version) => {
    expect(readAppspec(`version: ${version}\nos: linux\n`).version).toBe(0)
  })

  test('the timeouts of two scripts of one event may exceed an hour together: CodeDeploy ends the event, and accepts the file', () => {
    const twice = `${minimal}hooks: { AfterInstall: [{ location: a.sh }, { location: b.sh, timeout: 7200 }] }\n`
    expect(readAppspec(twice).hooks.AfterInstall?.map(({ timeout }) => timeout)).toEqual([3600, 7200])
  })

  test('an unknown key is ignored, and named', () => {
    const unknown = `${minimal}owner: team
files:
  - { source: /, destination: /srv, file_exists_behavior: OVERWRITE }
hooks:
  AfterInstall:
    - { location: a.sh, timout: 60, sudo: true }
`
    expect(readAppspec(unknown)).toMatchObject({
      file_exists_behavior: 'DISALLOW',
      hooks: { AfterInstall: [{ timeout: 3600 }] },
    })
    expect(ignoredIn(unknown)).toEqual([
      expect.stringMatching(/^appspec\.yml:3: .*owner/),
      expect.stringMatching(/^appspec\.yml:5: files: 0: .*file_exists_behavior/),
      expect.stringMatching(/^appspec\.yml:8: hooks: AfterInstall: 0: .*timout/),
    ])
    expect(ignoredIn(minimal)).toEqual([])
  })
})
