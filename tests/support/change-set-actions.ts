/** An action as a pipeline declares it ("AWS CloudFormation deploy action reference", CodePipeline user guide). */
const cloudFormationAction = (name: string, mode: string, more: object = {}, configuration: object = {}) => ({
  name,
  actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'CloudFormation', version: '1' },
  inputArtifacts: [{ name: 'SourceArtifact' }],
  configuration: {
    ActionMode: mode,
    StackName: 'shop-prod',
    ChangeSetName: 'Release',
    ...(mode === 'CHANGE_SET_REPLACE' && { TemplatePath: 'SourceArtifact::infra.yml' }),
    ...configuration,
  },
  ...more,
})

/** Makes the change set `Release` of the stack `shop-prod`. */
export const prepare = (more: object = {}, configuration: object = {}) =>
  cloudFormationAction('Prepare', 'CHANGE_SET_REPLACE', more, configuration)

/** Executes it, behind an approval whose `runOrder` is 2. */
export const execute = (more: object = {}, configuration: object = {}) =>
  cloudFormationAction('Execute', 'CHANGE_SET_EXECUTE', { runOrder: 3, ...more }, configuration)
