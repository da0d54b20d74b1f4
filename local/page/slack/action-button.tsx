import { useState } from 'preact/hooks'
import { pressable } from '../parts/pressable.ts'
import { isSafeUrl } from './angle-token.ts'
import type { Button } from './block-kit.ts'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { withEmoji } from './text.tsx'

interface ActionButtonProps {
  button: Button
  disabled: boolean
  /** The app has not answered the last click yet. */
  loading?: boolean
  onPress: () => void
}

/** A Block Kit button: styles, address, confirmation, and Slack's dots while the app has not answered. */
export const ActionButton = ({ button, disabled, loading = false, onPress }: ActionButtonProps) => {
  const [asking, setAsking] = useState(false)
  const look = `slack-button ${button.style ? `slack-button--${button.style}` : ''}`
  const label = withEmoji(button.text.text)
  const name = button.accessibility_label ? { 'aria-label': button.accessibility_label } : {}
  if (button.url !== undefined && isSafeUrl(button.url)) {
    return (
      <a class={look} href={button.url} target="_blank" rel="noreferrer" {...name} onClick={onPress}>
        {label}
      </a>
    )
  }
  return (
    <>
      <button
        type="button"
        class={look}
        {...name}
        aria-busy={loading}
        {...pressable(!disabled && !loading, () => {
          if (button.confirm) setAsking(true)
          else onPress()
        })}
      >
        <span>{label}</span>
        {loading && <span class="dots" aria-hidden="true" />}
      </button>
      {asking && button.confirm && (
        <ConfirmDialog
          confirm={button.confirm}
          onAnswer={(yes) => {
            setAsking(false)
            if (yes) onPress()
          }}
        />
      )}
    </>
  )
}
