import { z } from 'zod'
import { InvalidFile, readYaml } from '../../read-yaml.ts'

/*
 * AWS CodeDeploy User Guide, "AppSpec File structure for EC2/On-Premises deployments", as the agent reads it
 * (aws/aws-codedeploy-agent, application_specification.rb): a section without content is left out, and a key that the
 * agent does not know is ignored. A lifecycle event that it does not know is a problem.
 */

/** How long a script without a timeout may run, in seconds. */
const DEFAULT_TIMEOUT_S = 3600

type ObjectSchema = typeof z.object

/** Treats `null`, a key without a value, as a missing key. */
const orElse = <Schema extends z.ZodType>(schema: Schema, otherwise: z.output<Schema>) =>
  schema.nullish().transform((value) => value ?? otherwise)

const orNothing = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value): z.output<Schema> | undefined => value ?? undefined)

const BEHAVIOR = z.enum(['DISALLOW', 'OVERWRITE', 'RETAIN'])

/** `755` as YAML reads it, a number in tens, or a text. */
const mode = z
  .union([z.number(), z.string()])
  .transform(String)
  .refine((value) => /^[0-7]{1,4}$/.test(value), 'is not a mode of one to four octal digits')
  .transform((value) => Number.parseInt(value, 8))

const scriptOf = (object: ObjectSchema) =>
  object({
    location: z.string('is missing').trim().min(1, 'is empty'),
    timeout: orElse(z.coerce.number().int().min(1), DEFAULT_TIMEOUT_S),
    runas: orNothing(z.string().trim()),
    sudo: orNothing(z.boolean()),
  })

const permissionOf = (object: ObjectSchema) =>
  object({
    object: z.string().trim().startsWith('/', 'is not an absolute path'),
    pattern: orElse(z.string(), '**'),
    except: orElse(z.array(z.string()), []),
    owner: orNothing(z.string()),
    group: orNothing(z.string()),
    mode: orNothing(mode),
    acls: orNothing(z.array(z.string())),
    context: orNothing(z.looseObject({})),
    type: orElse(z.array(z.enum(['file', 'directory'])), ['file', 'directory']),
  })

/** The events for which an appspec may name scripts. */
const SCRIPTED = [
  'BeforeBlockTraffic',
  'AfterBlockTraffic',
  'ApplicationStop',
  'BeforeInstall',
  'AfterInstall',
  'ApplicationStart',
  'ValidateService',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
] as const

const appspecOf = (object: ObjectSchema) => {
  const scripts = z.array(scriptOf(object))
  return object({
    // The agent compares with the number; a text in quotes is refused.
    version: z.literal(0, 'is not 0.0, a number without quotes, the only version there is'),
    os: z.literal('linux', 'is not linux, the system that is understood here'),
    file_exists_behavior: orElse(BEHAVIOR, 'DISALLOW'),
    files: orElse(
      z.array(
        object({ source: z.string().min(1), destination: z.string().startsWith('/', 'is not an absolute path') }),
      ),
      [],
    ),
    permissions: orElse(z.array(permissionOf(object)), []),
    hooks: orElse(
      z.strictObject(
        Object.fromEntries(SCRIPTED.map((event) => [event, scripts.nullish()])) as Record<
          HookEvent,
          z.ZodOptional<z.ZodNullable<typeof scripts>>
        >,
      ),
      {},
    ).transform(withScripts),
  })
}

/** An event without a script is one that the appspec does not name. */
const withScripts = <Scripts>(hooks: { [Event in HookEvent]?: Scripts[] | null | undefined }) =>
  Object.fromEntries(Object.entries(hooks).filter(([, scripts]) => (scripts ?? []).length > 0)) as Partial<
    Record<HookEvent, Scripts[]>
  >

const appspec = appspecOf(z.object)
const onlyKnownKeys = appspecOf(z.strictObject as unknown as ObjectSchema)

export type Appspec = z.output<typeof appspec>
export type HookEvent = (typeof SCRIPTED)[number]
export type Hook = NonNullable<Appspec['hooks'][HookEvent]>[number]

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
export const readAppspec = (content: string, fileName = 'appspec.yml'): Appspec => readYaml(appspec, content, fileName)

/** What CodeDeploy's agent ignores in an appspec that it accepts: each key that it does not know, with its line. */
export const ignoredIn = (content: string, fileName = 'appspec.yml'): string[] => {
  try {
    readYaml(onlyKnownKeys, content, fileName)
    return []
  } catch (problem) {
    if (problem instanceof InvalidFile) return problem.message.split('\n')
    throw problem
  }
}
