import { z } from 'zod'
import { readYaml } from '../../read-yaml.ts'

/*
 * AWS CodeBuild User Guide, "Build specification reference for CodeBuild", version 0.2.
 */

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const yesOrNo = z.union([z.boolean(), z.enum(['yes', 'no'])]).transform((value) => value === true || value === 'yes')
const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not the name of an environment variable')

const phase = z.strictObject({
  'run-as': z.string().optional(),
  'on-failure': z.enum(['ABORT', 'CONTINUE']).optional(),
  'runtime-versions': z.record(z.string(), text).default({}),
  commands: z.array(text).default([]),
  finally: z.array(text).default([]),
})

const artifacts = z.strictObject({
  files: z.array(z.string().min(1)).min(1),
  name: z.string().optional(),
  'base-directory': z.string().default('.'),
  'discard-paths': yesOrNo.default(false),
  'exclude-paths': z.array(z.string()).default([]),
})

const report = z.strictObject({
  files: z.array(z.string().min(1)).min(1),
  'base-directory': z.string().default('.'),
  'discard-paths': yesOrNo.default(false),
  'file-format': z
    .enum([
      'JUNITXML',
      'CUCUMBERJSON',
      'NUNITXML',
      'NUNIT3XML',
      'TESTNGXML',
      'VISUALSTUDIOTRX',
      'CLOVERXML',
      'COBERTURAXML',
      'JACOCOXML',
      'SIMPLECOV',
    ])
    .default('JUNITXML'),
})

const buildspec = z.strictObject({
  version: text.refine((version) => version === '0.2', 'is not 0.2, the version that is understood here'),
  'run-as': z.string().optional(),
  env: z
    .strictObject({
      shell: z.enum(['bash', 'sh', '/bin/sh']).optional(),
      variables: z.record(variableName, text).default({}),
      'parameter-store': z.record(variableName, text).default({}),
      'secrets-manager': z.record(variableName, text).default({}),
      'exported-variables': z.array(variableName).default([]),
      'git-credential-helper': yesOrNo.optional(),
    })
    .prefault({}),
  phases: z.strictObject({
    install: phase.optional(),
    pre_build: phase.optional(),
    build: phase.optional(),
    post_build: phase.optional(),
  }),
  artifacts: artifacts.optional(),
  reports: z.record(z.string(), report).default({}),
  cache: z.unknown().optional(),
})

export type Buildspec = z.output<typeof buildspec>
export type Artifacts = z.output<typeof artifacts>
export type Report = z.output<typeof report>
export type PhaseName = keyof Buildspec['phases']
export type Phase = z.output<typeof phase>

/** In the order in which CodeBuild runs them. */
export const PHASES = ['install', 'pre_build', 'build', 'post_build'] as const satisfies PhaseName[]

/** Reads a buildspec. Throws an InvalidFile that names every problem with its line. */
export const readBuildspec = (content: string, fileName: string): Buildspec => readYaml(buildspec, content, fileName)
