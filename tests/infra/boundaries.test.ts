import { WHOLE_TEMPLATES, readTemplate } from './read-template.ts'

/*
 * A company may require that every role has a permissions boundary. Each stack with roles takes one, and gives it to all of
 * them. That of infra/self.yml is for the bot's roles, which its release role changes (tests/infra/release-role.test.ts).
 * The roles of infra/installer.yml are the administrator's: the boundary is for the roles that they make
 * (tests/infra/installer.test.ts).
 */

const rolesOf = (file: string) =>
  Object.entries(readTemplate(file).Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role')

const WITH_ROLES = WHOLE_TEMPLATES.filter(
  (file) => !['self.yml', 'installer.yml'].includes(file) && rolesOf(file).length > 0,
)

test('pipelines, targets and joined accounts have roles', () => {
  expect(WITH_ROLES.sort()).toEqual([
    'pipeline.yml',
    'spoke.yml',
    'target-account.yml',
    'target-ec2.yml',
    'target-ecs.yml',
    'target-lambda.yml',
  ])
})

test.each(WITH_ROLES)('%s gives its roles the boundary, and none without one', (file) => {
  const { Parameters, Conditions } = readTemplate(file)
  expect(Parameters.RolesBoundaryArn).toMatchObject({ Type: 'String', Default: '' })
  expect(Conditions.HasRolesBoundary).toEqual({ 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'RolesBoundaryArn' }, ''] }] })
  for (const [id, { Properties }] of rolesOf(file))
    expect([id, Properties.PermissionsBoundary]).toEqual([
      id,
      { 'Fn::If': ['HasRolesBoundary', { Ref: 'RolesBoundaryArn' }, { Ref: 'AWS::NoValue' }] },
    ])
})
