import { lookForSecret } from '../../local/secrets-left.ts'

/** The log lines, as JSON, that are written to both outputs while it runs, which is what CloudWatch Logs gets. */
export const linesOf = async (run: () => Promise<unknown>): Promise<Record<string, unknown>[]> => {
  const written: string[] = []
  const outputs = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }))
  for (const { stream } of outputs) stream.write = (chunk) => written.push(String(chunk)) > 0
  try {
    await run()
  } finally {
    for (const { stream, write } of outputs) stream.write = write
  }
  for (const text of written) lookForSecret('the log', 'the output of the process', text.trim())
  return written
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
