import { readFile, readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PushRequest } from '../page/contract.ts'
import type { Author, NewCommit, Tree } from './repository.ts'

/** The application, with CodeDeploy's files beside it, as examples/flask-app/README.md says. */
const PARTS = ['../../examples/flask-app', '../../appspec/ec2'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

/** What running the application there leaves behind, and what its build writes. */
const NOT_SOURCE = /(^|\/)(\.venv|\.pytest_cache|__pycache__|reports|VERSION)(\/|$)/

interface Look {
  headline: string
  accent: string
  message: string
}

/** What pushes change, one after the other, so that every release looks different. */
const LOOKS: readonly Look[] = [
  { headline: 'Good things take a review.', accent: '#b4491f', message: 'Praise reviews on the front page' },
  { headline: 'Calm releases, any weekday.', accent: '#2457a6', message: 'Promise calm releases, in blue' },
  { headline: 'Two people looked at this.', accent: '#7a3e9d', message: 'Say that two people looked' },
  { headline: 'Nothing ships by accident.', accent: '#a8324a', message: 'Put the headline to the point' },
  { headline: 'Small changes, often.', accent: '#0f766e', message: 'Ask for small changes on the front page' },
  { headline: 'Green means go.', accent: '#3f7d20', message: 'Turn the front page green' },
]

interface Breakage {
  path: string
  from: string
  to: string
  message: string
}

const BREAKAGES: Record<Exclude<PushRequest['kind'], 'good'>, Breakage> = {
  // The tests do not load wsgi.py: this one builds well, and fails when gunicorn starts it.
  broken: {
    path: 'wsgi.py',
    from: 'from app import create_app\n\napp = create_app()\n',
    to: 'from flask_login import LoginManager\n\nfrom app import create_app\n\napp = create_app()\nLoginManager(app)\n',
    message: 'Let people sign in',
  },
  'failing-test': {
    path: 'app.py',
    from: '@app.get("/healthz")',
    to: '@app.get("/health")',
    message: 'Shorten the address of the health check',
  },
}

export interface Push {
  message: string
  tree: Tree
}

/** Makes one push after the other: each holds the whole application, with this push's change and no earlier breakage. */
export function createPushes(source: Tree): (kind: PushRequest['kind'], message?: string) => Push {
  let current = source
  let next = 0
  let broken: string | undefined
  return (kind, given) => {
    if (kind !== 'good') {
      const { path, from, to, message } = BREAKAGES[kind]
      broken = (given ?? message).split('\n')[0]
      return { message: given ?? message, tree: replaced(current, path, from, to) }
    }
    const look = LOOKS[next++ % LOOKS.length]!
    current = withLook(source, look)
    const message = broken === undefined ? look.message : `${look.message}, and undo "${broken}"`
    broken = undefined
    return { message: given ?? message, tree: current }
  }
}

const DAY_MS = 86_400_000

/** How the repository came to be what it is: several weeks of it, ending two hours before `now`. */
export function historyOf(source: Tree, people: readonly Author[], now: number): NewCommit[] {
  const beginning: Look = { headline: 'Hello.', accent: '#555f66', message: '' }
  const first = withLook(source, beginning)
  const without = (tree: Tree, left: RegExp): Tree => new Map([...tree].filter(([path]) => !left.test(path)))
  const steps: [message: string, daysAgo: number, tree: Tree][] = [
    [
      'Start with one page and a health check',
      23,
      without(first, /^(appspec\.yml|buildspec[\w-]*\.yml|requirements-test|scripts\/|README\.md)/),
    ],
    ['Build and test every change', 22, without(first, /^(appspec\.yml|scripts\/|README\.md)/)],
    ['Deploy with CodeDeploy', 17, without(first, /^README\.md/)],
    ['Explain how to run it', 9, first],
    ['Show people that we take care', 1 / 12, source],
  ]
  return steps.map(([message, daysAgo, tree], at) => ({
    author: people[at % people.length]!,
    at: now - daysAgo * DAY_MS,
    message,
    tree,
  }))
}

/** Reads the application's files as they are in this project. */
export async function readExample(): Promise<Tree> {
  const files = await Promise.all(PARTS.map(filesBelow))
  return new Map(files.flat().sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function filesBelow(directory: string) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !NOT_SOURCE.test(path))
  return Promise.all(
    paths.map(async (path) => {
      const file = join(directory, path)
      const executable = ((await stat(file)).mode & 0o100) !== 0
      return [path, { content: await readFile(file, 'utf8'), executable }] as const
    }),
  )
}

function withLook(tree: Tree, { headline, accent }: Look): Tree {
  const named = replaced(tree, 'settings.py', /"HEADLINE", ".*"/, `"HEADLINE", "${headline}"`)
  return replaced(named, 'settings.py', /"ACCENT", ".*"/, `"ACCENT", "${accent}"`)
}

/** Throws when there is nothing to replace: the example and this file have to agree. */
function replaced(tree: Tree, path: string, from: string | RegExp, to: string): Tree {
  const file = tree.get(path)
  const content = file?.content.replace(from, () => to)
  if (!file || content === undefined || content === file.content)
    throw new Error(`examples/flask-app/${path} has no ${String(from)} to change`)
  return new Map(tree).set(path, { ...file, content })
}
