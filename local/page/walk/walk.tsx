import { useState } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { useWorkspace } from '../workspace.ts'
import { hintFor } from './walk-hints.ts'
import type { WalkMemory } from './walk-progress.ts'
import { nextStep, numberOfNext, stepsOn } from './walk-steps.ts'

interface WalkProps {
  memory: WalkMemory
  onDismiss: () => void
  onRestart: () => void
}

/** The guide of the first visit: the next step in one line, all of them on demand. */
export const Walk = ({ memory, onDismiss, onRestart }: WalkProps) => {
  const [all, setAll] = useState(false)
  const { snapshot } = useWorkspace()
  const steps = stepsOn(snapshot)
  const next = nextStep(steps, memory.done, snapshot)
  return (
    <section class="walk" aria-label="A walk through Greenlight">
      <div class="walk__line">
        <ol class="walk__dots" aria-hidden="true">
          {steps.map(({ id }) => (
            <li key={id} class={memory.done.includes(id) ? 'done' : id === next?.id ? 'next' : ''} />
          ))}
        </ol>
        <p class="walk__next" aria-live="polite">
          {next ? (
            <>
              <span class="walk__count">
                {numberOfNext(steps, memory.done)} of {steps.length}
              </span>{' '}
              <strong>{next.title}.</strong> {hintFor(next, memory, snapshot)}
            </>
          ) : (
            <>
              <strong>That was the whole walk,</strong> by the code that is deployed. The workspace is yours.
            </>
          )}
        </p>
        <div class="walk__buttons">
          {!next && (
            <button type="button" class="link-button" onClick={onRestart}>
              Start over
            </button>
          )}
          <button type="button" class="link-button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Fewer' : 'All steps'}
          </button>
          <button type="button" class="icon-button" aria-label="Dismiss the walk" onClick={onDismiss}>
            <Icon name="close" />
          </button>
        </div>
      </div>
      {all && (
        <ol class="walk__steps">
          {steps.map(({ id, title, hint }) => (
            <li
              key={id}
              class={memory.done.includes(id) ? 'done' : ''}
              aria-current={id === next?.id ? 'step' : undefined}
            >
              <span class="walk__tick">{memory.done.includes(id) && <Icon name="check" size={12} />}</span>
              <span>
                <strong>{title}</strong>
                {memory.done.includes(id) && <span class="sr-only"> (done)</span>}
                <small>{hint}</small>
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
