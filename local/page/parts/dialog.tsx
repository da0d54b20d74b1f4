import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { useWorkspace } from '../workspace.ts'
import { Icon } from './icon.tsx'

interface DialogProps {
  title: string
  onClose: () => void
  children: ComponentChildren
  /** `drawer` fills the right edge, `modal` looks like Slack's. */
  look?: 'card' | 'drawer' | 'modal'
}

// Not a time: what a person types next would open its calendar, out of which no key leads.
const FIELD = 'input:not([type=datetime-local]), textarea, select'

/** In a form, the focus goes to the first field rather than to the button that closes it; of a choice, to what is chosen. */
const firstField = (dialog: HTMLElement): HTMLElement | null => {
  const first = dialog.querySelector<HTMLElement>(FIELD)
  if (!(first instanceof HTMLInputElement && first.type === 'radio')) return first
  const choice = [...dialog.querySelectorAll<HTMLInputElement>('input[type=radio]')]
  return choice.find(({ name, checked }) => name === first.name && checked) ?? first
}

/** A modal dialog on the browser's own `<dialog>`: it traps focus, closes on Escape and returns the focus. */
export const Dialog = ({ title, onClose, children, look = 'card' }: DialogProps) => {
  const { away } = useWorkspace()
  const element = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useLayoutEffect(() => {
    const opener = document.activeElement
    const home = opener?.closest<HTMLElement>('[data-focus-home]')
    const dialog = element.current
    dialog?.showModal()
    if (dialog) firstField(dialog)?.focus()
    return () => {
      dialog?.close()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
      else if (home?.isConnected) home.focus()
    }
  }, [])
  return (
    <dialog
      ref={element}
      class={`dialog dialog--${look}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        // Slack's modal does not close on a click beside it, because the input would be lost.
        if (look !== 'modal' && event.target === element.current) onClose()
      }}
    >
      <div class="dialog__body">
        <header class="dialog__head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {away && (
          <p class="dialog__away failure" role="alert">
            <Icon name="warning" /> Connection lost. Nothing can be sent until the workspace answers again.
          </p>
        )}
        {children}
      </div>
    </dialog>
  )
}
