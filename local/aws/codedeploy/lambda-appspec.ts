import { z } from 'zod'
import { readYaml } from '../../read-yaml.ts'

/*
 * AWS CodeDeploy User Guide, "AppSpec File structure for AWS Lambda deployments". Every key is case-sensitive.
 */

/**
 * The placeholder of a bundle for a version that is filled in when it is deployed; CodeDeploy itself accepts only
 * numbers.
 */
const PLACEHOLDER = /^<[A-Z_]+>$/

const version = z
  .union([z.string(), z.number()])
  .transform((value) => (PLACEHOLDER.test(String(value)) ? null : String(value)))
  .refine((value) => value === null || /^\d+$/.test(value), 'is neither the number of a version nor a placeholder')

const lambdaFunction = z.strictObject({
  Type: z.literal('AWS::Lambda::Function', 'is not AWS::Lambda::Function'),
  Properties: z.strictObject({
    Name: z.string().min(1),
    Alias: z.string().min(1),
    CurrentVersion: version,
    TargetVersion: version,
  }),
})

const appspec = z.strictObject({
  version: z.union([z.literal(0), z.literal('0.0')], 'is not 0.0, the only version there is'),
  Resources: z.array(z.record(z.string(), lambdaFunction)).length(1, 'names not exactly one function'),
  Hooks: z
    .array(z.strictObject({ BeforeAllowTraffic: z.string().optional(), AfterAllowTraffic: z.string().optional() }))
    .default([]),
})

export interface LambdaAppspec {
  functionName: string
  alias: string
  /** Null for a placeholder. */
  currentVersion: string | null
  targetVersion: string | null
  /** The names of the hook functions. */
  hooks: { BeforeAllowTraffic: string | null; AfterAllowTraffic: string | null }
}

/** Reads an appspec for Lambda. Throws an InvalidFile that names every problem with its line. */
export const readLambdaAppspec = (content: string): LambdaAppspec => {
  const { Resources, Hooks } = readYaml(appspec, content, 'appspec.yml')
  const [found] = Resources.flatMap((resource) => Object.values(resource))
  if (!found) throw new Error('appspec.yml: Resources: names not exactly one function')
  const hook = (event: 'BeforeAllowTraffic' | 'AfterAllowTraffic') =>
    Hooks.flatMap((hooks) => hooks[event] ?? []).at(0) ?? null
  return {
    functionName: found.Properties.Name,
    alias: found.Properties.Alias,
    currentVersion: found.Properties.CurrentVersion,
    targetVersion: found.Properties.TargetVersion,
    hooks: { BeforeAllowTraffic: hook('BeforeAllowTraffic'), AfterAllowTraffic: hook('AfterAllowTraffic') },
  }
}
