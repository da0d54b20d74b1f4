import { ownEntry } from '../../functions/own-entry.ts'

/**
 * The variables of the workspace's environment that a command may see: where programs are, and how this machine reaches
 * a package index. Everything else (tokens, credentials, signing secrets) stays outside.
 */
const PASSED_ON = [
  'PATH',
  'LANG',
  'LC_ALL',
  'TZ',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'PIP_INDEX_URL',
  'PIP_FIND_LINKS',
  'PIP_DEFAULT_TIMEOUT',
]

/**
 * A clean environment for commands from a repository. `home` must not be the person's own home directory, which has
 * credentials. `given` is added last and wins.
 */
export const cleanEnvironment = (home: string, given: Record<string, string> = {}): Record<string, string> => {
  const passed = PASSED_ON.flatMap((name) => {
    const value = ownEntry(process.env, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { LANG: 'C.UTF-8', ...Object.fromEntries(passed), HOME: home, ...given }
}
