import { pages, read } from './pages.ts'

/** “aws cloudformation deploy” sends a larger template only through a bucket ("CloudFormation quotas"). */
const LARGEST_BYTES = 51_200
/** Left for the next change. */
const FREE_BYTES = 3_000

test('every template that a guide deploys without a bucket fits into a request, with room to spare', () => {
  const deployed = new Set(
    pages.flatMap((page) =>
      [...read(page).matchAll(/^ *aws cloudformation deploy(?:.*\\\n)*.*$/gm)]
        .filter(([command]) => !command.includes('--s3-bucket'))
        .flatMap(([command]) => /--template-file (\S+\.yml)/.exec(command)?.[1] ?? []),
    ),
  )
  expect(deployed).toContain('infra/pipeline.yml')
  // A copy beside this repository is as large as what it was copied from.
  const own = [...deployed].map((file) => file.replace(/^\.\.\/.*\//, 'infra/'))
  const sizes = own.map((file) => [file, Buffer.byteLength(read(file))] as const)
  expect(sizes.filter(([, size]) => size > LARGEST_BYTES - FREE_BYTES)).toEqual([])
})
