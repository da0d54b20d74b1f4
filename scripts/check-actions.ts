/*
 * Holds every statement of every policy against the Service Authorization Reference, in the copy that cfn-lint brings:
 * each action exists, an action without a resource type is allowed for every resource, and any other for a resource of one
 * of its types. Prints what differs, and fails if something does.
 *
 * Usage: node scripts/check-actions.ts <Policies.json of cfn-lint> <template>…
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { readTemplate } from '../local/aws/template/template.ts'

const service = z.object({
  Actions: z.record(z.string(), z.looseObject({ Resources: z.array(z.string()).optional() })),
  Resources: z.record(z.string(), z.looseObject({ ARNFormats: z.array(z.string()) })).optional(),
})
type Service = z.output<typeof service>

/** What the reference does not say as it is. */
const EXCEPTIONS: Record<string, string> = {
  'codedeploy:putlifecycleeventhookexecutionstatus': 'the guide of AWS SAM limits it to a deployment group',
  'apigateway:tagresource': 'the schema of AWS::ApiGatewayV2::Stage lists it',
  'apigateway:untagresource': 'the schema of AWS::ApiGatewayV2::Stage lists it',
}

const [data = '', ...templates] = process.argv.slice(2)
const reference = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(data, 'utf8')))
const serviceOf = (prefix: string): Service | undefined =>
  prefix in reference ? service.parse(reference[prefix]) : undefined

interface Statement {
  Sid?: string
  Action: string | string[]
  Resource: unknown
}
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

/** The statements of roles. Those of a resource's own policy name the resource in another way. */
const statementsBelow = (tree: unknown): Statement[] => {
  if (typeof tree !== 'object' || tree === null) return []
  if ('Effect' in tree && 'Action' in tree)
    return tree.Effect === 'Allow' && 'Resource' in tree && !('Principal' in tree) ? [tree as unknown as Statement] : []
  return Object.values(tree).flatMap(statementsBelow)
}

/** The resource with a text for each reference; null if a reference is its beginning, so that its type is not written. */
const written = (resource: unknown): string | null => {
  const text = (typeof resource === 'object' && resource && Object.entries(resource)[0]) || ['', resource]
  if (text[0] !== '' && text[0] !== 'Fn::Sub') return null
  const arn = String([text[1]].flat()[0]).replaceAll(/\$\{[^}]+\}/g, 'x')
  return arn === '*' || arn.startsWith('arn:') ? arn : null
}

const formOf = (format: string): RegExp =>
  new RegExp(
    `^${format
      .split(/\$\{[^}]+\}|\.\*/)
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )

/** What is wrong with an action of a statement; null if nothing is. */
const problemWith = (action: string, resources: unknown[]): string | null => {
  const [prefix = '', name = ''] = action.toLowerCase().split(':')
  const known = serviceOf(prefix)
  const meant = Object.entries(known?.Actions ?? {}).filter(([one]) =>
    name.endsWith('*') ? one.startsWith(name.slice(0, -1)) : one === name,
  )
  if (action.toLowerCase() in EXCEPTIONS) return null
  if (meant.length === 0) return 'does not exist'
  const types = meant.flatMap(([, { Resources = [] }]) => Resources)
  const arns = resources.map(written)
  if (types.length === 0) return arns.includes('*') ? null : 'has no resource type, so it needs every resource'
  const forms = types
    .flatMap((type) => known?.Resources?.[type.replace('*', '').toLowerCase()]?.ARNFormats ?? [])
    .map(formOf)
  const foreign = arns.filter((arn) => arn !== null && arn !== '*' && !forms.some((form) => form.test(arn)))
  // One statement may list the resources of several actions.
  return forms.length > 0 && foreign.length === arns.length ? `takes no resource like ${foreign[0]}` : null
}

let checked = 0
const found = templates.flatMap((file) =>
  statementsBelow(readTemplate(readFileSync(file, 'utf8'))).flatMap(({ Sid = '', Action, Resource }) =>
    list(Action).flatMap((action) => {
      checked += 1
      const problem = problemWith(String(action), list(Resource))
      return problem ? [`${file} ${Sid}: ${String(action)} ${problem}`] : []
    }),
  ),
)
for (const line of found) console.error(line)
console.log(`${checked} actions of ${templates.length} templates checked, ${found.length} findings`)
if (checked === 0 || found.length > 0) process.exitCode = 1
