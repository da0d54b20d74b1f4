import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ModalView } from '../contract.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Failure } from '../parts/failure.tsx'
import { useRequest, useWorkspace } from '../workspace.ts'
import { readView, type View } from './block-kit.ts'
import { Blocks } from './blocks.tsx'
import { Unknown } from './unknown.tsx'
import { ActionButton } from './action-button.tsx'
import { ModalInput } from './modal-input.tsx'
import { clientErrors, type Filled, initialValue, stateValues } from './modal-values.ts'
import { withEmoji } from './text.tsx'
import { ownEntry } from '../../../functions/own-entry.ts'

/** The open modal of the chosen person; the top one of a stack. */
export const TopModal = () => {
  const { snapshot, me } = useWorkspace()
  const { isClosed, close } = useClosing()
  const modal = snapshot.modals.findLast((one) => one.userId === me.id && !isClosed(one))
  const view = useMemo(() => readView(modal?.view), [JSON.stringify(modal?.view)])
  return modal && view ? <Modal key={modal.viewId} modal={modal} view={view} onClose={() => close(modal)} /> : null
}

/** Closes a modal at once, and tells the workspace when it answers: one that is away keeps no modal in front of you. */
const useClosing = () => {
  const { snapshot, away } = useWorkspace()
  const { send } = useRequest()
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const isClosed = ({ viewId }: ModalView) => closed.has(viewId)
  const tell = ({ userId, viewId }: ModalView) => void send('/local/slack/close', { userId, viewId })
  useEffect(() => {
    if (!away) snapshot.modals.filter(isClosed).forEach(tell)
  }, [away])
  return {
    isClosed,
    close: (modal: ModalView) => {
      setClosed((before) => new Set([...before, modal.viewId]))
      if (!away) tell(modal)
    },
  }
}

const Modal = ({ modal, view, onClose }: { modal: ModalView; view: View; onClose: () => void }) => {
  const { away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const [filled, setFilled] = useState<Filled>({})
  const form = useRef<HTMLFormElement>(null)
  const { errors, refuse, forget } = useErrors(modal.errors)
  const [refusals, setRefusals] = useState(0)
  useFocusOnWrong(form, errors, refusals)
  const who = { userId: modal.userId, viewId: modal.viewId }
  const submit = async (event: Event) => {
    event.preventDefault()
    if (busy || away) return
    const refused = clientErrors(view.blocks, filled)
    refuse(refused)
    if (Object.keys(refused).length > 0) {
      setRefusals((before) => before + 1)
      return
    }
    await send('/local/slack/submit', { ...who, values: stateValues(view.blocks, filled) })
  }
  return (
    <Dialog title={withEmoji(view.title.text)} look="modal" onClose={onClose}>
      <form class="modal" ref={form} noValidate onSubmit={(event) => void submit(event)}>
        <div class="modal__content">
          <Blocks
            blocks={view.blocks}
            drawButton={(button) =>
              button.url === undefined ? (
                <Unknown name={`button “${button.text.text}”`} />
              ) : (
                <ActionButton button={button} disabled={away} onPress={() => undefined} />
              )
            }
            drawInput={(block) => (
              <ModalInput
                block={block}
                value={ownEntry(filled, block.block_id) ?? initialValue(block.element)}
                error={ownEntry(errors, block.block_id) ?? null}
                onChange={(value) => {
                  setFilled((before) => ({ ...before, [block.block_id]: value }))
                  forget(block.block_id)
                }}
              />
            )}
          />
          <Failure error={error} />
        </div>
        <div class="modal__foot">
          <button type="button" class="slack-button" onClick={onClose}>
            {withEmoji(view.close?.text ?? 'Cancel')}
          </button>
          {view.submit && (
            <button type="submit" class="slack-button slack-button--primary" aria-disabled={away} aria-busy={busy}>
              <span>{withEmoji(view.submit.text)}</span>
              {busy && <span class="dots" aria-hidden="true" />}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

/** When a form is refused, the focus goes to the first field that is wrong. `refusals`: by the client itself. */
const useFocusOnWrong = (
  form: { current: HTMLFormElement | null },
  errors: Record<string, string>,
  refusals: number,
): void => {
  const before = useRef({ errors, refusals })
  useEffect(() => {
    const isNew = Object.entries(errors).some(
      ([blockId, sentence]) => ownEntry(before.current.errors, blockId) !== sentence,
    )
    const isRefused = isNew || refusals !== before.current.refusals
    before.current = { errors, refusals }
    if (!isRefused) return
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    const field = wrong instanceof HTMLFieldSetElement ? wrong.querySelector<HTMLElement>('input') : wrong
    field?.focus()
  }, [JSON.stringify(errors), refusals])
}

/** The app's errors and the client's own, each until its input is changed or the next submission. */
const useErrors = (fromApp: Record<string, string>) => {
  const [own, setOwn] = useState<Record<string, string>>({})
  const [gone, setGone] = useState<Record<string, string>>({})
  const told = Object.entries(fromApp).filter(([blockId, sentence]) => ownEntry(gone, blockId) !== sentence)
  const shown: Record<string, string> = { ...Object.fromEntries(told), ...own }
  return {
    errors: shown,
    refuse: (errors: Record<string, string>) => {
      setOwn(errors)
      setGone({})
    },
    forget: (blockId: string) => {
      setOwn(({ [blockId]: _, ...rest }) => rest)
      setGone((before) => ({ ...before, [blockId]: ownEntry(fromApp, blockId) ?? '' }))
    },
  }
}
