import { chmod } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import picomatch from 'picomatch'
import type { Appspec } from './appspec.ts'

export type Permission = Appspec['permissions'][number]

/**
 * Gives files the modes that `permissions` names (AWS CodeDeploy User Guide, "AppSpec 'permissions' section"): the
 * installed files at or below `object` that match `pattern` and none of `except`. Owners, groups, ACLs and contexts
 * need another user than this process has, and stay. Returns how many files got a mode.
 */
export const applyPermissions = async (options: {
  permissions: readonly Permission[]
  root: string
  installed: readonly string[]
}): Promise<number> => {
  let applied = 0
  for (const { object, pattern, except, mode, type } of options.permissions) {
    if (mode === undefined || !type.includes('file')) continue
    const base = join(options.root, posix.normalize(object))
    for (const file of options.installed) {
      const name = relative(base, file)
      if (name.startsWith(`..${sep}`) || (name !== '' && !matches(name, pattern))) continue
      if (except.some((excepted) => matches(name, excepted))) continue
      await chmod(file, mode)
      applied += 1
    }
  }
  return applied
}

/** `**` matches everything at any depth; any other pattern is for one directory. */
const matches = (name: string, pattern: string) => pattern === '**' || picomatch.isMatch(name, pattern, { dot: true })
