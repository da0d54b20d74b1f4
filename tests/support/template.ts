/** A CloudFormation template, as far as the tests read it. */
export interface Template {
  Resources: Record<string, Resource>
}

export interface Resource {
  Type: string
  DeletionPolicy?: string
  Properties: Record<string, unknown>
}

export interface Statement {
  Effect: 'Allow' | 'Deny'
  Action: string[]
  Resource: string[]
  Principal: Record<string, unknown>
  Condition: unknown
}

/** The value at the path, such as `Targets.0.Arn`; undefined if there is none. */
export const at = (tree: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], tree)

/** `Ref` and `Fn::GetAtt` as `Name` and `Name.Attribute`, `Fn::Sub` as its text, `Fn::If` as what holds if its condition does. */
export const text = (value: unknown): string => {
  if (typeof value === 'string') return value
  const [[intrinsic, argument] = []] = Object.entries(value ?? {}) as [string, unknown][]
  if (intrinsic === 'Fn::GetAtt') return [argument].flat().join('.')
  if (intrinsic === 'Ref' || intrinsic === 'Fn::Sub') return argument as string
  if (intrinsic === 'Fn::If') return text((argument as unknown[])[1])
  throw new Error(`not understood: ${JSON.stringify(value)}`)
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])

/** CloudFormation leaves out an element that is `AWS::NoValue`. */
const isThere = (element: Record<string, unknown>): boolean => element.Ref !== 'AWS::NoValue'

/** The statements of a policy, with one action or resource as a list of one. */
export const statementsOf = (policyDocument: unknown): Statement[] =>
  (at(policyDocument, 'Statement') as Record<string, unknown>[]).filter(isThere).map((statement) => ({
    Effect: statement.Effect as Statement['Effect'],
    Action: list(statement.Action) as string[],
    Resource: list(statement.Resource).map(text),
    Principal: statement.Principal as Statement['Principal'],
    Condition: statement.Condition,
  }))

export const ofType = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type)

/** The one resource of its type. */
export const only = (template: Template, type: string): Record<string, unknown> => {
  const [found, ...more] = ofType(template, type)
  if (!found || more.length) throw new Error(`not one ${type} in the template`)
  return found[1].Properties
}

export const resource = (template: Template, name: string): Resource => {
  const found = template.Resources[name]
  if (!found) throw new Error(`no ${name} in the template`)
  return found
}

export interface DeployedFunction {
  /** Logical ID. */
  id: string
  properties: Record<string, unknown>
  /** Logical ID of its role. */
  role: string
}

/** The functions by the names that serverless.yml gives them. */
export const functionsOf = (template: Template): Record<string, DeployedFunction> =>
  Object.fromEntries(
    ofType(template, 'AWS::Lambda::Function').map(([id, { Properties: properties }]) => [
      text(properties.Handler).replace(/^functions\/(.*)\.handler$/, '$1'),
      { id, properties, role: text(properties.Role).replace(/\.Arn$/, '') },
    ]),
  )

export const functionOf = (template: Template, door: string): DeployedFunction => {
  const found = functionsOf(template)[door]
  if (!found) throw new Error(`no function ${door} in the template`)
  return found
}

/** Everything that the function's role allows, by its own policies and by those that name it. */
export const allowedTo = (template: Template, door: string): Statement[] => {
  const { role } = functionOf(template, door)
  const naming = ofType(template, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
    list(Properties.Roles).map(text).includes(role) ? [Properties] : [],
  )
  return [...(resource(template, role).Properties.Policies as unknown[]), ...naming]
    .flatMap((policy) => statementsOf(at(policy, 'PolicyDocument')))
    .filter(({ Effect }) => Effect === 'Allow')
}

/** The alarms on a metric that notify, by what they watch. */
export const alarmsOn = (template: Template, metric: string): Record<string, Resource> =>
  Object.fromEntries(
    ofType(template, 'AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.MetricName === metric)
      .filter(([, { Properties }]) => text(at(Properties, 'AlarmActions.0')) === 'AlarmTopic')
      .map(([, alarm]) => [text(at(alarm.Properties, 'Dimensions.0.Value')), alarm]),
  )
