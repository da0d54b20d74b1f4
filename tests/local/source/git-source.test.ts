import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../../functions/clock.ts'
import { FLASK_APP } from '../../../local/source/flask-app-commits.ts'
import { createGitSource } from '../../../local/source/git-source.ts'
import { missing, tools } from '../../support/equipment.ts'
import { describeWith } from '../../support/needs.ts'
import { directoryWith, order, removeDirectories } from '../../support/order.ts'

afterAll(removeDirectories)

const ANA = { name: 'Ana Soares', email: 'ana@shop.example' }
const BEN = { name: 'Ben Okafor', email: 'ben@shop.example' }
const NOW = Date.parse('2026-11-23T10:00:00Z')
const clock = { ...systemClock, now: () => NOW }

const open = async (git = tools.git) =>
  createGitSource({
    name: 'flask-app',
    seed: FLASK_APP,
    directory: await directoryWith(),
    publicUrl: 'http://127.0.0.1:4600/git/flask-app',
    people: [ANA, BEN],
    git,
    clock,
  })

const suite = (openSource: typeof open) => () => {
  test('has a history by several people, oldest work first', async () => {
    const commits = await (await openSource()).commits()
    expect(commits.length).toBeGreaterThan(3)
    expect(new Set(commits.map(({ author }) => author.name))).toEqual(new Set([ANA.name, BEN.name]))
    const times = commits.map(({ at }) => at)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect(times[0]).toBeLessThan(NOW)
  })

  test('checks out what the pipeline requests: the application with its appspec', async () => {
    const source = await openSource()
    const directory = await directoryWith()
    const configuration = {
      ConnectionArn: 'arn:connection',
      FullRepositoryId: 'greenlight/flask-app',
      BranchName: 'main',
    }
    const outcome = await source.runner(order({ configuration, outputArtifacts: { Source: directory } }))
    const [newest] = await source.commits()
    const { sha, message, author } = newest!
    expect(outcome).toEqual({
      status: 'Succeeded',
      outputVariables: {
        AuthorDate: '2026-11-23T08:00:00Z',
        AuthorDisplayName: author.name,
        AuthorEmail: author.email,
        BranchName: 'main',
        CommitId: sha,
        CommitMessage: message,
        ConnectionArn: 'arn:connection',
        FullRepositoryName: 'greenlight/flask-app',
      },
      revision: {
        revisionId: sha,
        revisionSummary: JSON.stringify({ ProviderType: 'GitHub', CommitMessage: message }),
        revisionUrl: `http://127.0.0.1:4600/git/flask-app/commit/${sha}`,
        created: NOW - 7_200_000,
      },
    })
    expect(sha).toMatch(/^[0-9a-f]{40}$/)
    expect(source.commitIn(directory)).toBe(sha)
    expect(source.commitIn('/elsewhere')).toBeUndefined()
    expect(await readdir(directory)).toEqual(
      expect.arrayContaining(['app.py', 'appspec.yml', 'buildspec.yml', 'requirements.txt', 'scripts']),
    )
    expect(await readdir(directory)).not.toContain('.git')
    expect((await stat(join(directory, 'scripts/before-install.sh'))).mode & 0o111).not.toBe(0)
  })

  test('each push is a commit by its author that changes what its kind says', async () => {
    const source = await openSource()
    const read = async (path: string) => {
      const directory = await directoryWith()
      await source.runner(order({ outputArtifacts: { Source: directory } }))
      return readFile(join(directory, path), 'utf8')
    }
    const before = await read('settings.py')
    const good = await source.push({ author: BEN, kind: 'good' })
    expect(good).toMatchObject({ author: BEN, at: NOW, message: 'Praise reviews on the front page' })
    const after = await read('settings.py')
    expect(after).not.toBe(before)

    await source.push({ author: ANA, kind: 'broken' })
    expect(await read('wsgi.py')).toContain('flask_login')
    expect(await read('settings.py')).toBe(after)

    await source.push({ author: ANA, kind: 'failing-test', message: 'Try\nsomething' })
    expect(await read('app.py')).toContain('"/health"')
    expect(await read('wsgi.py')).not.toContain('flask_login')

    const { message } = await source.push({ author: ANA, kind: 'good' })
    expect(message).toBe('Promise calm releases, in blue, and undo "Try"')
    expect(await read('app.py')).toContain('"/healthz"')
    expect(await read('settings.py')).not.toBe(after)
  })

  test('hostile messages and names are kept as they are, or made harmless', async () => {
    const source = await openSource()
    const message = '--amend <!channel> "`$(rm -rf /)`"\n\ndata 5\n\u0001'
    const made = await source.push({ author: { name: 'A <b>\nc', email: 'x> y' }, kind: 'good', message })
    expect(made.message).toBe(message.trim())
    expect((await source.commits(1))[0]).toEqual(made)
  })

  test('concurrent pushes come one after the other', async () => {
    const source = await openSource()
    const [first, second] = await Promise.all([
      source.push({ author: ANA, kind: 'good' }),
      source.push({ author: BEN, kind: 'good' }),
    ])
    const newest = await source.commits(2)
    expect(newest).toEqual([second, first])
  })

  test('shows and compares commits by their ids or abbreviated ids', async () => {
    const source = await openSource()
    const [base] = await source.commits()
    const good = await source.push({ author: ANA, kind: 'good' })
    const bad = await source.push({ author: BEN, kind: 'broken' })
    const shown = await source.show(good.sha.slice(0, 7))
    expect(shown?.commit).toEqual(good)
    expect(shown?.diff).toContain('settings.py')
    expect(shown?.diff).not.toContain('wsgi.py')
    const compared = await source.compare(base!.sha.slice(0, 8), bad.sha)
    expect(compared?.commits).toEqual([bad, good])
    expect(compared?.diff).toMatch(/settings\.py[^]*wsgi\.py/)
    expect((await source.compare(bad.sha, base!.sha))?.commits).toEqual([])
  })

  test.each(['0'.repeat(40), 'HEAD', '--help', '../main', ''])('there is no commit %j', async (id) => {
    const source = await openSource()
    expect(await source.show(id)).toBeNull()
    expect(await source.compare(id, id)).toBeNull()
  })

  test('returns an older revision on request, and refuses an unknown one', async () => {
    const source = await openSource()
    const [, older] = await source.commits()
    const directory = await directoryWith()
    const run = order({ sourceRevision: older!.sha, outputArtifacts: { Source: directory } })
    expect((await source.runner(run)).revision?.revisionId).toBe(older!.sha)
    expect(source.commitIn(directory)).toBe(older!.sha)
    const refused = { status: 'Failed', errorCode: 'ConfigurationError' }
    expect(await source.runner(order({ sourceRevision: 'f'.repeat(40) }))).toMatchObject(refused)
    expect(await source.runner(order({ configuration: { BranchName: 'dev' } }))).toMatchObject({
      ...refused,
      summary: expect.stringContaining('no branch dev'),
    })
  })
}

await describeWith(['git'], 'a repository in git', suite(open))
describe(
  'a repository in memory, without git',
  suite(() => open(missing)),
)

await describeWith(['git'], 'the diff of a commit', () => {
  test('is a real one', async () => {
    const source = await open()
    const { sha } = await source.push({ author: ANA, kind: 'broken' })
    expect((await source.show(sha))?.diff).toContain('\n+from flask_login import LoginManager\n')
  })
})

test('without git, a diff names the files', async () => {
  const source = await open(missing)
  const { sha } = await source.push({ author: ANA, kind: 'broken' })
  expect((await source.show(sha))?.diff).toBe('M wsgi.py\n')
})
