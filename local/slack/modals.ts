import type { ModalView } from '../page/contract.ts'

/** A view as views.open answers it. */
export interface SlackView extends Record<string, unknown> {
  id: string
  callback_id?: string
  external_id?: string
  private_metadata?: string
  notify_on_close?: boolean
  clear_on_close?: boolean
  blocks?: unknown[]
}

interface Open {
  view: SlackView
  errors: Record<string, string>
}

/** The modals that each person has open, the last on top. */
export class Modals {
  readonly #stacks = new Map<string, Open[]>()
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** A new modal in front of the person, instead of any that was open. */
  open(userId: string, view: SlackView): void {
    this.#stacks.set(userId, [{ view, errors: {} }])
    this.#changed()
  }

  push(userId: string, view: SlackView): void {
    this.#stacks.set(userId, [...(this.#stacks.get(userId) ?? []), { view, errors: {} }])
    this.#changed()
  }

  /** New content for a view that is open; nothing when it is closed by now. */
  update(view: SlackView): void {
    for (const stack of this.#stacks.values())
      for (const open of stack) if (open.view.id === view.id) Object.assign(open, { view, errors: {} })
    this.#changed()
  }

  /** What is wrong with what the person filled in: block_id → message. */
  refuse(userId: string, errors: Record<string, string>): void {
    const top = this.top(userId)
    if (top) top.errors = errors
    this.#changed()
  }

  /** Takes the top view away; the one below it, if any, is back. */
  closeTop(userId: string): void {
    this.#stacks.get(userId)?.pop()
    this.#changed()
  }

  closeAll(userId: string): void {
    this.#stacks.delete(userId)
    this.#changed()
  }

  top(userId: string): Open | undefined {
    return this.#stacks.get(userId)?.at(-1)
  }

  views(): ModalView[] {
    return [...this.#stacks].flatMap(([userId, stack]) =>
      stack.map(({ view, errors }) => ({ userId, viewId: view.id, view, errors })),
    )
  }
}
