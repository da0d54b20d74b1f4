import type { PipelineView } from '../contract.ts'
import { Failure } from '../parts/failure.tsx'
import { Icon } from '../parts/icon.tsx'
import { isSafeUrl } from '../slack/angle-token.ts'
import { useRequest, useWorkspace } from '../workspace.ts'

/** A further pipeline's own way to get a commit, and to what it has deployed. */
export function PushTo({ pipeline: { name, accountId, delivery } }: { pipeline: PipelineView }) {
  const { me, away } = useWorkspace()
  const { busy, error, send } = useRequest()
  if (!delivery) return null
  const { application } = delivery
  return (
    <>
      <Failure error={error} />
      {application && isSafeUrl(application.url) && (
        <a class="button button--quiet" href={application.url} target="_blank" rel="noreferrer">
          Open {name} <Icon name="out" />
        </a>
      )}
      <button
        type="button"
        class="button"
        aria-label={`Push to ${name}`}
        disabled={away || busy}
        onClick={() => void send('/local/push', { userId: me.id, accountId, kind: 'good' })}
      >
        <Icon name="commit" /> Push
      </button>
    </>
  )
}
