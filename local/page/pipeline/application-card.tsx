import type { ApplicationView } from '../contract.ts'
import { Icon } from '../parts/icon.tsx'
import { useWorkspace } from '../workspace.ts'
import { isSafeUrl } from '../slack/angle-token.ts'
import { StatusMark, type Look } from './status.tsx'

const LOOKS = {
  healthy: { word: 'Healthy', icon: 'check', tone: 'good' },
  sick: { word: 'Not healthy', icon: 'cross', tone: 'bad' },
  deploying: { word: 'Deploying', icon: 'spin', tone: 'run' },
  shifting: { word: 'Shifting traffic', icon: 'spin', tone: 'run' },
  notRun: { word: 'The app does not run on this machine', icon: 'dash', tone: 'idle' },
  none: { word: 'Nothing deployed yet', icon: 'dash', tone: 'idle' },
} satisfies Record<string, Look>

const lookOf = (application: ApplicationView | null, isRun: boolean): Look => {
  if (!application) return isRun ? LOOKS.none : LOOKS.notRun
  if (application.next) return LOOKS.shifting
  if (application.deploying) return LOOKS.deploying
  return application.healthy ? LOOKS.healthy : LOOKS.sick
}

interface ApplicationCardProps {
  application: ApplicationView | null
  /** Its name, if the page has several. */
  name?: string
}

/** A deployed application: its address, its version, and whether it answers. */
export const ApplicationCard = ({ application, name }: ApplicationCardProps) => {
  const isRun = useWorkspace().snapshot.notRun.length === 0
  const look = lookOf(application, isRun)
  return (
    <section class="application" aria-label={name ? `Deployed: ${name}` : 'Deployed application'}>
      <StatusMark look={look} />
      {application ? (
        <>
          <div class="application__text">
            <strong>{name ?? 'The application'}</strong>
            <span class="muted">
              {look.word} · <Versions application={application} />
            </span>
          </div>
          {isSafeUrl(application.url) && (
            <a class="button" href={application.url} target="_blank" rel="noreferrer">
              Open {name ?? 'the app'} <Icon name="out" />
            </a>
          )}
        </>
      ) : (
        <div class="application__text">
          <strong>{look.word}</strong>
          <span class="muted">
            {isRun
              ? 'Push a commit and approve it: the app appears here.'
              : 'Approvals work all the same. What is missing is named below.'}
          </span>
        </div>
      )}
    </section>
  )
}

const Versions = ({ application: { version, next } }: { application: ApplicationView }) => {
  if (!next)
    return (
      <>
        version <code>{version}</code>
      </>
    )
  return (
    <>
      {next.percent} % to <code>{next.version}</code>, the rest to <code>{version}</code>
    </>
  )
}
