import { execFile } from 'node:child_process'
import { cp, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '../../functions/clock.ts'
import { createCodeBuild } from '../../local/aws/codebuild/codebuild.ts'
import { tools } from '../support/equipment.ts'
import { describeWith } from '../support/needs.ts'
import { directoryWith, order, removeDirectories } from '../support/order.ts'
import { path } from './small-app.ts'

/*
 * bash cannot start a script with Windows line ends. How the local CodeDeploy reports one is in
 * tests/local/aws/codedeploy/instance-group.test.ts.
 */

afterAll(removeDirectories)

const git = (cwd: string, ...args: string[]) => promisify(execFile)('git', args, { cwd })

/** A repository of the example application, made as its README says. */
const repository = async (): Promise<string> => {
  const directory = await directoryWith()
  for (const part of ['examples/flask-app', 'appspec/ec2']) await cp(path(part), directory, { recursive: true })
  return directory
}

/** A directory after a clone on Windows, with Git's settings there. */
const clonedOnWindows = async (origin: string): Promise<(name: string) => Promise<string>> => {
  await git(origin, 'init', '--quiet')
  await git(origin, 'add', '--all')
  await git(origin, '-c', 'user.name=Ana', '-c', 'user.email=ana@shop.example', 'commit', '--quiet', '-m', 'Start')
  const checkout = await directoryWith()
  await git(checkout, '-c', 'core.autocrlf=true', '-c', 'core.eol=crlf', 'clone', '--quiet', origin, 'clone')
  return (name) => readFile(join(checkout, 'clone', name), 'utf8')
}

await describeWith(['git'], 'a checkout on Windows', () => {
  test('of the application keeps the hooks as they are', async () => {
    const origin = await repository()
    const read = await clonedOnWindows(origin)
    for (const name of ['appspec.yml', ...(await readdir(join(origin, 'scripts'))).map((file) => `scripts/${file}`)])
      expect([name, (await read(name)).includes('\r')]).toEqual([name, false])
    // All other files have Windows line ends.
    expect(await read('wsgi.py')).toContain('\r\n')
  })

  test('of this project keeps every text as it is', async () => {
    const origin = await directoryWith()
    const texts = ['.gitattributes', 'README.md', 'buildspec.yml', 'package.json', 'examples/flask-app/wsgi.py']
    for (const name of texts) await cp(path(name), join(origin, name), { recursive: true })
    const read = await clonedOnWindows(origin)
    for (const name of texts) expect([name, (await read(name)).includes('\r')]).toEqual([name, false])
  })
})

await describeWith(['bash', 'python'], 'the build', () => {
  test('names the scripts that have Windows line ends', async () => {
    const source = await repository()
    const script = join(source, 'scripts/settings.sh')
    await writeFile(script, (await readFile(script, 'utf8')).replaceAll('\n', '\r\n'))
    const build = createCodeBuild({
      directory: await directoryWith(),
      tools,
      packageIndex: { prepare: () => Promise.resolve({}) },
      clock: systemClock,
      commitIn: () => '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d',
      projects: { 'flask-app': { buildspec: 'buildspec.yml', timeoutMs: 60_000 } },
    })
    const given = { configuration: { ProjectName: 'flask-app' }, inputArtifacts: { Source: source } }
    const { status, summary } = await build(order({ ...given, outputArtifacts: { Bundle: await directoryWith() } }))
    expect(status).toBe('Failed')
    expect(summary).toContain(
      'scripts/settings.sh · have Windows line ends (CR LF). git add --renormalize scripts makes',
    )
  })
})
