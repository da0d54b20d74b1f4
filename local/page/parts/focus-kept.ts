import { useLayoutEffect, useRef } from 'preact/hooks'

/** Marks what takes the focus when the control inside it that has it goes away: a message, an execution. */
export const focusHome = { 'data-focus-home': true, tabIndex: -1 }

const homesOf = (element: Element): HTMLElement[] => {
  const home = element.closest<HTMLElement>('[data-focus-home]')
  return home ? [home, ...(home.parentElement ? homesOf(home.parentElement) : [])] : []
}

/**
 * Brings the focus to the nearest home that is still there when a drawing has taken away what had it: the buttons of an
 * approval that was decided, say. To be called where every drawing passes.
 */
export const useFocusKept = (): void => {
  const last = useRef<{ element: Element; homes: HTMLElement[] } | null>(null)
  useLayoutEffect(() => {
    const onFocusIn = ({ target }: FocusEvent) => {
      if (target instanceof Element) last.current = { element: target, homes: homesOf(target) }
    }
    document.addEventListener('focusin', onFocusIn)
    return () => document.removeEventListener('focusin', onFocusIn)
  }, [])
  useLayoutEffect(() => {
    const lost = document.activeElement === null || document.activeElement === document.body
    if (!lost || !last.current || last.current.element.isConnected) return
    last.current.homes.find(({ isConnected }) => isConnected)?.focus()
  })
}
