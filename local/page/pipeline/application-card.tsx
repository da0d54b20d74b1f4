import { Icon } from '../parts/icon.tsx'
import { isSafeUrl } from '../slack/angle-token.ts'
import { useWorkspace } from '../workspace.ts'
import { StatusMark, type Look } from './status.tsx'

const HEALTH: Record<'healthy' | 'sick' | 'none', Look> = {
  healthy: { word: 'Healthy', icon: 'check', tone: 'good' },
  sick: { word: 'Not healthy', icon: 'cross', tone: 'bad' },
  none: { word: 'Nothing deployed yet', icon: 'dash', tone: 'idle' },
}

/** The deployed application: where, which version, and whether it answers. */
export function ApplicationCard() {
  const { application } = useWorkspace().snapshot
  const look = HEALTH[application ? (application.healthy ? 'healthy' : 'sick') : 'none']
  return (
    <section class="application" aria-label="Deployed application">
      <StatusMark look={look} />
      {application ? (
        <>
          <div class="application__text">
            <strong>The application</strong>
            <span class="muted">
              {look.word} · version <code>{application.version}</code>
            </span>
          </div>
          {isSafeUrl(application.url) && (
            <a class="button" href={application.url} target="_blank" rel="noreferrer">
              Open the app <Icon name="out" />
            </a>
          )}
        </>
      ) : (
        <div class="application__text">
          <strong>{look.word}</strong>
          <span class="muted">Push a commit and approve it: the app appears here.</span>
        </div>
      )}
    </section>
  )
}
