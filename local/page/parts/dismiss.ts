import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** Calls `dismiss` when the person points anywhere outside `root` while `open`. */
export const useDismiss = (root: RefObject<HTMLElement>, open: boolean, dismiss: () => void): void => {
  useEffect(() => {
    if (!open) return
    const onPointerDown = ({ target }: PointerEvent) => {
      if (target instanceof Node && !root.current?.contains(target)) dismiss()
    }
    document.addEventListener('pointerdown', onPointerDown)
    return () => document.removeEventListener('pointerdown', onPointerDown)
  }, [open])
}
