import type { PipelineView } from '../contract.ts'
import { Failure } from '../parts/failure.tsx'
import { pressable } from '../parts/pressable.ts'
import { useRequest, useWorkspace } from '../workspace.ts'

/** Starts a build in the AWS console that no pipeline runs: CodeBuild tests the newest commit. */
export const OutsideWork = ({ pipeline: { accountId } }: { pipeline: PipelineView }) => {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  return (
    <div class="push">
      <button
        type="button"
        class="button button--quiet"
        title="CodeBuild tests the newest commit, and #deployments shows the build"
        {...pressable(!away && !busy, () => void send('/local/console/build', { userId: me.id, accountId }))}
      >
        Start a build outside the pipeline
      </button>
      <Failure error={error} />
    </div>
  )
}
