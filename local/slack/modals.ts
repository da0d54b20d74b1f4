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

/** A modal in front of a person. */
export interface OpenModal {
  userId: string
  viewId: string
  view: SlackView
  /** block_id → what is wrong with the person's input. */
  errors: Record<string, string>
}

/** The modals that each person has open. */
export interface Modals {
  /** A new modal in front of the person, instead of any that was open. */
  open(userId: string, view: SlackView): void
  push(userId: string, view: SlackView): void
  /** New content for an open view; ignored if it is closed by now. */
  update(view: SlackView): void
  refuse(userId: string, errors: Record<string, string>): void
  /** Takes the top view away; the one below it, if any, is back. */
  closeTop(userId: string): void
  closeAll(userId: string): void
  top(userId: string): OpenModal | undefined
  /** Of each person the last is on top. */
  all(): OpenModal[]
}

export const createModals = (changed: () => void): Modals => {
  const stacks = new Map<string, OpenModal[]>()
  const opened = (userId: string, view: SlackView): OpenModal => ({ userId, viewId: view.id, view, errors: {} })
  const top = (userId: string) => stacks.get(userId)?.at(-1)
  return {
    open: (userId, view) => {
      stacks.set(userId, [opened(userId, view)])
      changed()
    },
    push: (userId, view) => {
      stacks.set(userId, [...(stacks.get(userId) ?? []), opened(userId, view)])
      changed()
    },
    update: (view) => {
      for (const [userId, stack] of stacks)
        stacks.set(
          userId,
          stack.map((modal) => (modal.viewId === view.id ? opened(userId, view) : modal)),
        )
      changed()
    },
    refuse: (userId, errors) => {
      const modal = top(userId)
      if (modal) modal.errors = errors
      changed()
    },
    closeTop: (userId) => {
      stacks.get(userId)?.pop()
      changed()
    },
    closeAll: (userId) => {
      stacks.delete(userId)
      changed()
    },
    top,
    all: () => [...stacks.values()].flat(),
  }
}
