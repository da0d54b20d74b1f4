import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const READ = `
  const { openFunctionRoles } = await import('./local/workspace/function-roles.ts')
  console.log([...(await openFunctionRoles()).functions.keys()].length)
`

test('the roles are read in a folder whose name has a space and other signs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight of ürs #1 %20-'))
  try {
    for (const source of ['functions', 'infra', 'local', 'package.json', 'greenlight.yml'])
      await cp(source, join(folder, source), { recursive: true })
    await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
    const options = ['--input-type=module', '--no-warnings', '-e', READ]
    const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: folder })
    expect(stdout).toBe('8\n')
  } finally {
    await rm(folder, { recursive: true })
  }
})
