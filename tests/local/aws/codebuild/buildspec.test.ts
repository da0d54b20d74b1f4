import { readFileSync } from 'node:fs'
import { readBuildspec } from '../../../../local/aws/codebuild/buildspec.ts'

const read = (text: string) => readBuildspec(text, 'buildspec.yml')

test.each(['../../../../buildspec.yml', '../../../../examples/flask-app/buildspec.yml'])('%s is understood', (path) => {
  const buildspec = read(readFileSync(new URL(path, import.meta.url), 'utf8'))
  expect(buildspec.phases.build?.commands).not.toEqual([])
  expect(buildspec.artifacts?.files).not.toEqual([])
})

test('examples/flask-app/buildspec-test.yml publishes its test report', () => {
  const { reports } = read(
    readFileSync(new URL('../../../../examples/flask-app/buildspec-test.yml', import.meta.url), 'utf8'),
  )
  expect(reports).toMatchObject({ 'unit-tests': { files: ['junit.xml'], 'file-format': 'JUNITXML' } })
})

test('takes texts, numbers and booleans for variables, and yes for true', () => {
  const { env, artifacts } = read(`
version: 0.2
env: { variables: { A: 1, B: true, C: text } }
phases: {}
artifacts: { files: [a], discard-paths: yes }
`)
  expect(env.variables).toEqual({ A: '1', B: 'true', C: 'text' })
  expect(artifacts?.['discard-paths']).toBe(true)
})

test('names every problem with its line', () => {
  const wrong = () =>
    read(`version: 0.1
phases:
  build:
    comands: [make]
  install:
    on-failure: RETRY
    commands: make
`)
  expect(wrong).toThrow(/^buildspec\.yml:1: version: is not 0\.2/m)
  expect(wrong).toThrow(/^buildspec\.yml:4: phases: build: .*comands/m)
  expect(wrong).toThrow(/^buildspec\.yml:6: phases: install: on-failure: /m)
  expect(wrong).toThrow(/^buildspec\.yml:7: phases: install: commands: /m)
})

test.each([
  ['not YAML', 'version: "0.2\nphases: [', /buildspec\.yml:\d+: /],
  ['nothing', '', /buildspec\.yml:1: .*object/],
  ['a list', '- a', /buildspec\.yml:1: .*object/],
])('refuses %s', (_, text, message) => {
  expect(() => read(text)).toThrow(message)
})
