import { writeSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { ownEntry } from '../../../functions/own-entry.ts'

/*
 * Runs a Node function in a process of its own: function-host.ts DIRECTORY HANDLER. Each line of standard input is an
 * event in JSON, each line of file descriptor 3 its answer: { payload } or { error }. What the function prints is its
 * log.
 */

const [directory = '', handlerName = ''] = process.argv.slice(2)
const ANSWERS = 3
const ENDINGS = ['.mjs', '.js', '.cjs']

type Handler = (event: unknown, context: object) => unknown

const load = async (): Promise<Handler> => {
  const dot = handlerName.lastIndexOf('.')
  const [file, name] = [handlerName.slice(0, dot), handlerName.slice(dot + 1)]
  for (const ending of ENDINGS) {
    const path = join(directory, file + ending)
    const there = await access(path).then(
      () => true,
      () => false,
    )
    if (!there) continue
    const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
    const handler = ownEntry(module, name) ?? ownEntry(module['default'] as Record<string, unknown> | undefined, name)
    if (typeof handler === 'function') return handler as Handler
    throw new Error(`${file}${ending} exports no function ${name}`)
  }
  throw new Error(`Cannot find module '${file}'`)
}

const answer = (line: object) => writeSync(ANSWERS, `${JSON.stringify(line)}\n`)
const asError = (thrown: unknown) =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message }
    : { errorType: typeof thrown, errorMessage: String(thrown) }

const handler = load()
handler.catch(() => undefined)

for await (const line of createInterface({ input: process.stdin }))
  try {
    const run = await handler
    answer({ payload: (await run(JSON.parse(line), { functionName: process.env.AWS_LAMBDA_FUNCTION_NAME })) ?? null })
  } catch (thrown) {
    answer({ error: asError(thrown) })
  }
