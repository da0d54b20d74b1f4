import { inflated } from '../../functions/aws/deflated-record.ts'
import { lookForSecret, lookIntoDeflated, sentenceOf, takeSecretsLeft } from '../../local/secrets-left.ts'

lookIntoDeflated(inflated)

/*
 * Fails each test during which a secret left the functions where none belongs: the parts of the workspace and of
 * tests/support that stand for the outside look for the mark that every secret has.
 */

const outputs = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }))
for (const { stream, write } of outputs)
  stream.write = function (this: NodeJS.WriteStream, ...written: Parameters<typeof write>) {
    lookForSecret('the log', 'the output of the process', String(written[0]).trim())
    return write.apply(this, written)
  } as typeof write

const judge = (): void => {
  const left = takeSecretsLeft()
  if (left.length > 0) throw new Error(left.map(sentenceOf).join('\n'))
}

afterEach(judge)

afterAll(() => {
  for (const { stream, write } of outputs) stream.write = write
  judge()
})
