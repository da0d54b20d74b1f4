import { Dialog } from '../parts/dialog.tsx'
import type { Confirmation } from './block-kit.ts'
import { BlockText, withEmoji } from './text.tsx'

/** A button's confirmation object, shown before the click is sent. */
export const ConfirmDialog = ({ confirm, onAnswer }: { confirm: Confirmation; onAnswer: (yes: boolean) => void }) => (
  <Dialog title={withEmoji(confirm.title.text)} look="modal" onClose={() => onAnswer(false)}>
    <div class="modal__content">
      <BlockText text={confirm.text} />
    </div>
    <div class="modal__foot">
      <button type="button" class="slack-button" onClick={() => onAnswer(false)}>
        {withEmoji(confirm.deny.text)}
      </button>
      <button
        type="button"
        class={`slack-button slack-button--${confirm.style ?? 'primary'}`}
        onClick={() => onAnswer(true)}
      >
        {withEmoji(confirm.confirm.text)}
      </button>
    </div>
  </Dialog>
)
