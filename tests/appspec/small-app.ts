import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPackageIndex, isNotRun } from '../../local/process/package-index.ts'
import { tools } from '../support/equipment.ts'
import { directoryWith } from '../support/order.ts'

/*
 * An application of ten lines for the lifecycle scripts, under a real gunicorn.
 */

export const GUNICORN = 'gunicorn==23.0.0\n'
const APP = `import json, pathlib
VERSION = pathlib.Path(__file__).with_name("VERSION").read_text()[:7]
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"status": "ok", "version": VERSION}).encode()]
`

/** A file or directory of the project. */
export const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

/** The environment in which pip installs gunicorn without the network. For suites that need packages. */
export const preparePackages = async (): Promise<Record<string, string>> => {
  const requirements = path('examples/flask-app/requirements.txt')
  const prepared = await createPackageIndex(tools.python).prepare(requirements, new AbortController().signal)
  if (isNotRun(prepared)) throw new Error(prepared.why)
  return prepared
}

/**
 * A directory with the application and its lifecycle scripts, and some of its files replaced; the appspec.yml too if
 * one is given.
 */
export const bundle = async (
  version: string,
  files: Record<string, string> = {},
  appspec?: string,
): Promise<string> => {
  const directory = await directoryWith({
    VERSION: `${version}\n`,
    'requirements.txt': GUNICORN,
    'wsgi.py': APP,
    ...files,
  })
  await cp(path('appspec/ec2'), directory, { recursive: true })
  if (appspec !== undefined) await writeFile(join(directory, 'appspec.yml'), appspec)
  return directory
}

/** Returns the version that is live, or why there is none. */
export const live = (port: number): Promise<string> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    async (answer) => ((await answer.json()) as { version: string }).version,
    () => 'nothing answers',
  )
