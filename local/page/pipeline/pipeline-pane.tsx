import { useWorkspace } from '../workspace.ts'
import { ApplicationCard } from './application-card.tsx'
import { Pipeline } from './pipeline.tsx'
import { PushCommit } from './push-commit.tsx'

/** The left half: what is deployed, and each pipeline as it runs. */
export const PipelinePane = () => {
  const { snapshot } = useWorkspace()
  return (
    <div class="pane-scroll">
      <div class="pane-head">
        <h2>Pipelines</h2>
        <PushCommit />
      </div>
      <ApplicationCard application={snapshot.application} />
      {snapshot.pipelines.length === 0 && (
        <p class="empty">No pipeline yet. Create one through the AWS endpoint and it appears here.</p>
      )}
      {snapshot.pipelines.map((pipeline, index) => (
        <Pipeline
          key={`${pipeline.accountId}/${pipeline.region}/${pipeline.name}`}
          pipeline={pipeline}
          further={index > 0}
        />
      ))}
      <p class="muted">
        <a href="/record">The audit record</a>: alter an entry, and see what the audit finds.
      </p>
      <NotRun />
    </div>
  )
}

/** What this machine cannot run, in plain words. */
const NotRun = () => {
  const { notRun } = useWorkspace().snapshot
  if (notRun.length === 0) return null
  return (
    <section class="not-run" aria-labelledby="not-run-title">
      <h3 id="not-run-title">Not run on this machine</h3>
      <dl>
        {notRun.map(({ what, why }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{why}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
