import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Every page of prose, by its path from the root. */
export const pages: readonly string[] = globSync(
  ['*.md', 'docs/**/*.md', 'examples/**/*.md', 'tests/**/*.md', 'local/**/*.md'],
  { cwd: ROOT, exclude: (path) => path.includes('node_modules') },
).sort()

/** Every template and setting in YAML, whose comments are prose too. */
export const yamlFiles: readonly string[] = globSync(
  [
    '*.yml',
    'docs/**/*.yml',
    'infra/*.yml',
    'appspec/**/*.yml',
    'examples/**/*.yml',
    'local/**/*.yml',
    'tests/**/*.yml',
  ],
  { cwd: ROOT, exclude: (path) => path.includes('node_modules') },
).sort()

/** Every program in another language than TypeScript. */
export const scripts: readonly string[] = globSync(
  ['.ci/run', 'appspec/**/*.{sh,py}', 'examples/**/*.py', 'local/**/*.py', 'tests/**/*.{sh,py}'],
  { cwd: ROOT, exclude: (path) => path.includes('node_modules') },
).sort()

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** A page without its blocks of code. */
export const proseOf = (page: string): string => read(page).replaceAll(/^( *)```[^]*?^\1```/gm, '')
