import { GetRoleCommand, IAMClient, type EvaluationResult, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam'
import type { ClientConnection } from '../../installation.ts'
import type { Check, Finding } from '../check.ts'
import { NotChecked } from '../not-checked.ts'
import { readRights, type Right } from './installer-rights.ts'
import { readSettings } from './settings.ts'

/** Statements that only a setting of serverless.yml makes necessary. */
const ONLY_WITH = new Map<string, 'dataKeyArn' | 'spokes' | 'vpc'>([
  ['DataKey', 'dataKeyArn'],
  ['FindKeys', 'dataKeyArn'],
  ['GrantsOfTheDataKey', 'dataKeyArn'],
  ['EventBus', 'spokes'],
  ['LookAtTheVpc', 'vpc'],
  ['WhoseEventsTheBusTakes', 'spokes'],
])

const ASSUMED_ROLE = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\/[^/]+$/
const ROOT = /^arn:[^:]+:iam::\d+:root$/

/** Why IAM would refuse an action, and who can change that. */
const REFUSALS = {
  organization: {
    because: 'A policy of the organization denies',
    fix: 'Ask who looks after the organization’s service control policies to allow these actions here.',
  },
  boundary: {
    because: 'The permissions boundary of these credentials denies',
    fix: 'Ask an administrator for a boundary that allows these actions.',
  },
  denied: {
    because: 'A policy of these credentials denies',
    fix: 'Ask an administrator to remove the denial, or use other credentials.',
  },
  missing: {
    because: 'These credentials lack',
    fix: 'Attach the policies BotStack and BotResources of infra/installer.yml (docs/install.md, “Who may install”), or use other credentials.',
  },
} as const
type Refusal = keyof typeof REFUSALS

const refusalOf = ({
  OrganizationsDecisionDetail,
  PermissionsBoundaryDecisionDetail,
  EvalDecision,
}: EvaluationResult): Refusal => {
  if (OrganizationsDecisionDetail?.AllowedByOrganizations === false) return 'organization'
  if (PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) return 'boundary'
  return EvalDecision === 'explicitDeny' ? 'denied' : 'missing'
}

/** The credentials may do what a deploy does, as infra/installer.yml lists it. */
export const rights: Check = {
  title: 'Rights of these credentials',
  run: async ({ aws, caller, installation, terminal }) => {
    const connection = await aws()
    const { account, arn } = await caller()
    if (ROOT.test(arn)) return []
    const principal = await principalOf(connection, arn)
    const settings = await readSettings(terminal.directory)
    const wanted = (await readRights(terminal.directory, { account, ...installation })).filter(({ sid }) => {
      const setting = ONLY_WITH.get(sid)
      return setting === undefined || Boolean(settings[setting])
    })
    const refused = new Map<Refusal, Set<string>>()
    for (const right of wanted)
      for (const result of await simulate(connection, principal, right)) {
        if (result.EvalDecision === 'allowed') continue
        const refusal = refusalOf(result)
        refused.set(refusal, (refused.get(refusal) ?? new Set()).add(result.EvalActionName ?? ''))
      }
    return [...refused].flatMap(([refusal, actions]) => findingsFor(refusal, [...actions]))
  },
}

/** The user or role whose policies decide. @throws {NotChecked} if the credentials are of neither. */
const principalOf = async (connection: ClientConnection, arn: string): Promise<string> => {
  if (/^arn:[^:]+:iam::\d+:user\//.test(arn)) return arn
  const [, name] = ASSUMED_ROLE.exec(arn) ?? []
  if (!name) throw new NotChecked(`IAM cannot simulate the policies of ${arn}`)
  // A session does not have the path of its role, and IAM wants it.
  const { Role } = await new IAMClient(connection).send(new GetRoleCommand({ RoleName: name }))
  return Role?.Arn ?? ''
}

const simulate = async (connection: ClientConnection, principal: string, right: Right): Promise<EvaluationResult[]> => {
  const { actions, resources, context } = right
  const results: EvaluationResult[] = []
  const pages = paginateSimulatePrincipalPolicy(
    { client: new IAMClient(connection) },
    {
      PolicySourceArn: principal,
      ActionNames: actions,
      ResourceArns: resources,
      ContextEntries: Object.entries(context).map(([key, value]) => ({
        ContextKeyName: key,
        ContextKeyValues: [value],
        ContextKeyType: value === 'true' ? ('boolean' as const) : ('string' as const),
      })),
    },
  )
  for await (const { EvaluationResults = [] } of pages) results.push(...EvaluationResults)
  return results
}

/** One sentence for each service. */
const findingsFor = (refusal: Refusal, actions: readonly string[]): Finding[] => {
  const { because, fix } = REFUSALS[refusal]
  const services = Map.groupBy(actions, (action) => action.split(':')[0]!)
  return [...services].map(([service, ofService]) => ({
    what: `${because} ${service}: ${ofService
      .map((action) => action.slice(service.length + 1))
      .sort()
      .join(', ')}.`,
    fix,
  }))
}
