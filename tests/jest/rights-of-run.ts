import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PolicyDocument } from '../../local/aws/iam/iam.ts'
import type { Use } from '../../local/rights-used.ts'

/** Of a run: a file for each suite with a workspace. */
export const USES_DIRECTORY = 'rights-used'

/** What suites of the run that `directory` belongs to used. */
export const usesIn = async (directory: string): Promise<Use[]> => {
  const uses = join(directory, USES_DIRECTORY)
  const files = await readdir(uses).catch(() => [])
  const read = await Promise.all(files.map((file) => readFile(join(uses, file), 'utf8')))
  return read.flatMap((text) => JSON.parse(text) as Use[])
}

/** By `Sid`, what AWS does with a function's role, and so no call of the function shows. */
export const USED_BY_AWS: Readonly<Record<string, string>> = {
  DecryptBotToken: 'Parameter Store decrypts for the caller',
  DecryptSlackSecrets: 'Parameter Store decrypts for the caller',
  KeepWhatFailed: 'Lambda sends what failed',
  Log: 'Lambda writes the log',
  TakeEffects: 'Lambda takes messages from the queue',
  UseKeysOfArtifacts: 'S3 encrypts and decrypts for the caller',
}

/** By `Sid`, what no workspace of a suite does, and which suite does it without roles. */
export const NOT_PLAYED: Readonly<Record<string, string>> = {
  KeepCalendars: 'an address needs HTTPS and a known certificate; tests/aws/calendars.test.ts reads one and keeps it',
}

interface RoleOfFunction {
  arn: string
  policies: readonly PolicyDocument[]
}

const isExplained = (sid: string): boolean => sid in USED_BY_AWS || sid in NOT_PLAYED

/** The permissions of the roles that were not used, as `role: Sid: action`. */
export const unusedRights = (roles: readonly RoleOfFunction[], uses: readonly Use[]): string[] => {
  const used = new Set(uses.map(({ principalArn, sid, action }) => `${principalArn} ${sid} ${action}`))
  return roles.flatMap(({ arn, policies }) =>
    policies
      .flatMap(({ Statement }) => Statement)
      .filter(({ Effect, Sid }) => Effect === 'Allow' && !isExplained(String(Sid)))
      .flatMap(({ Sid, Action }) =>
        Action.filter((action) => !used.has(`${arn} ${String(Sid)} ${action}`)).map(
          (action) => `${arn.split('/').at(-1)}: ${String(Sid)}: ${action}`,
        ),
      ),
  )
}
