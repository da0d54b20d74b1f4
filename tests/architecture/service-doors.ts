import { importsOf, type SourceFile } from './source-file.ts'

const INSIDE = /^local\/aws\/([^/]+)\/(.+)$/

/** The one file of a service of local/aws that others may import, for example local/aws/sqs/sqs.ts. */
const doorOf = (service: string) => `local/aws/${service}/${service}.ts`

/** A service's own files, and the tests of its other files. */
const isAtHome = (path: string, service: string) =>
  path.startsWith(`local/aws/${service}/`) || path.startsWith(`tests/local/aws/${service}/`)

/** One sentence for every import of a file of a service other than its main file. */
export const pastDoors = (file: SourceFile): string[] =>
  importsOf(file).flatMap((imported) => {
    const [, service = ''] = INSIDE.exec(imported) ?? []
    if (service === '' || imported === doorOf(service) || isAtHome(file.path, service)) return []
    return [`${file.path} imports ${imported}, and not ${doorOf(service)}`]
  })

/** The services without a main file. */
export const withoutDoor = (files: readonly SourceFile[]): string[] => {
  const paths = new Set(files.map(({ path }) => path))
  const services = new Set([...paths].flatMap((path) => INSIDE.exec(path)?.[1] ?? []))
  return [...services].filter((service) => !paths.has(doorOf(service)))
}
