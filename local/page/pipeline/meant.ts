import type { PipelineView } from '../contract.ts'

/** The part of a request that says which pipeline it is about. */
export const meant = ({ name, accountId }: Pick<PipelineView, 'name' | 'accountId'>) => ({
  pipelineName: name,
  accountId,
})
