import { readFileSync } from 'node:fs'
import { readAppspec } from '../../../../local/aws/codedeploy/appspec.ts'

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
    - { location: a.sh, timeout: 3000 }
    - { location: b.sh, timeout: 3000 }
`)
  expect(wrong).toThrow(/^appspec\.yml:1: version: is not 0\.0/m)
  expect(wrong).toThrow(/^appspec\.yml:2: os: is not linux/m)
  expect(wrong).toThrow(/^appspec\.yml:3: file_exists_behavior: /m)
  expect(wrong).toThrow(/^appspec\.yml:6: files: 0: destination: is not an absolute path/m)
  expect(wrong).toThrow(/^appspec\.yml:8: hooks: .*BeforeInstal/m)
  expect(wrong).toThrow(/^appspec\.yml:12: hooks: AfterInstall: 0: timeout: /m)
  expect(wrong).toThrow(/^appspec\.yml:14: hooks: ApplicationStart: .*3600 seconds/m)
})
