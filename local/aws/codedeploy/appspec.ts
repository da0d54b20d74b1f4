import { z } from 'zod'
import { readYaml } from '../../read-yaml.ts'

/*
 * AWS CodeDeploy User Guide, "AppSpec File structure for EC2/On-Premises deployments".
 */

/** The longest that the scripts of one lifecycle event may take together, in seconds. */
const LONGEST_EVENT_S = 3600

const hook = z.strictObject({
  location: z.string().min(1),
  timeout: z.coerce.number().int().min(1).max(LONGEST_EVENT_S).default(LONGEST_EVENT_S),
  runas: z.string().optional(),
})

const hooks = z
  .array(hook)
  .refine(
    (scripts) => scripts.length < 2 || scripts.reduce((sum, { timeout }) => sum + timeout, 0) <= LONGEST_EVENT_S,
    'the timeouts of one lifecycle event may be 3600 seconds together',
  )

/** `755` as YAML reads it, a number in tens, or a text. */
const mode = z
  .union([z.number(), z.string()])
  .transform(String)
  .refine((value) => /^[0-7]{3,4}$/.test(value), 'is not a mode of three or four octal digits')
  .transform((value) => Number.parseInt(value, 8))

const permission = z.strictObject({
  object: z.string().startsWith('/', 'is not an absolute path'),
  pattern: z.string().default('**'),
  except: z.array(z.string()).default([]),
  owner: z.string().optional(),
  group: z.string().optional(),
  mode: mode.optional(),
  acls: z.array(z.string()).optional(),
  context: z.looseObject({}).optional(),
  type: z.array(z.enum(['file', 'directory'])).default(['file', 'directory']),
})

const appspec = z.strictObject({
  version: z.union([z.literal(0), z.literal('0.0')], 'is not 0.0, the only version there is'),
  os: z.literal('linux', 'is not linux, the system that is understood here'),
  file_exists_behavior: z.enum(['DISALLOW', 'OVERWRITE', 'RETAIN']).default('DISALLOW'),
  files: z
    .array(
      z.strictObject({
        source: z.string().min(1),
        destination: z.string().startsWith('/', 'is not an absolute path'),
        file_exists_behavior: z.enum(['DISALLOW', 'OVERWRITE', 'RETAIN']).optional(),
      }),
    )
    .default([]),
  permissions: z.array(permission).default([]),
  hooks: z
    .strictObject({
      BeforeBlockTraffic: hooks.optional(),
      AfterBlockTraffic: hooks.optional(),
      ApplicationStop: hooks.optional(),
      BeforeInstall: hooks.optional(),
      AfterInstall: hooks.optional(),
      ApplicationStart: hooks.optional(),
      ValidateService: hooks.optional(),
      BeforeAllowTraffic: hooks.optional(),
      AfterAllowTraffic: hooks.optional(),
    })
    .prefault({}),
})

export type Appspec = z.output<typeof appspec>
export type Hook = z.output<typeof hook>
export type HookEvent = keyof Appspec['hooks']

/**
 * The lifecycle events of an in-place deployment without a load balancer, in order (AWS CodeDeploy User Guide, "AppSpec
 * 'hooks' section for an EC2/On-Premises deployment"). The traffic events happen only behind one.
 */
export const LIFECYCLE = [
  'ApplicationStop',
  'DownloadBundle',
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'ApplicationStart',
  'ValidateService',
] as const

export type LifecycleEvent = (typeof LIFECYCLE)[number]

/** Reads an appspec for EC2. Throws an InvalidFile that names every problem with its line. */
export const readAppspec = (content: string): Appspec => readYaml(appspec, content, 'appspec.yml')
