import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useDismiss } from './dismiss.ts'
import { ownEntry } from '../../../functions/own-entry.ts'
import { pressable } from './pressable.ts'

export interface MenuItem {
  key: string
  label: ComponentChildren
  /** Set on items of which one is chosen. */
  checked?: boolean
  onSelect: () => void
}

interface MenuProps {
  /** What it is called. */
  label: string
  /** Where the button's own words are its name. */
  isNamedByContent?: boolean
  button: ComponentChildren
  items: MenuItem[]
  buttonClass?: string
  unavailable?: boolean
  align?: 'start' | 'end'
}

const MOVES: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** A button that opens a menu: arrows, Home and End move, Escape and Tab close (WAI-ARIA menu button pattern). */
export const Menu = ({
  label,
  button,
  items,
  buttonClass = 'button',
  unavailable = false,
  isNamedByContent = false,
  align = 'start',
}: MenuProps) => {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  const entries = () => [...(list.current?.querySelectorAll('button') ?? [])]
  useDismiss(root, open, () => setOpen(false))
  useLayoutEffect(() => {
    if (!open) return
    const all = entries()
    ;(all.find((entry) => entry.getAttribute('aria-checked') === 'true') ?? all[0])?.focus()
  }, [open])
  const close = () => {
    setOpen(false)
    trigger.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const all = entries()
    const next = ownEntry(MOVES, event.key)?.(
      all.findIndex((entry) => entry === document.activeElement),
      all.length,
    )
    if (next !== undefined) {
      event.preventDefault()
      all[next]?.focus()
    } else if (event.key === 'Escape') close()
    else if (event.key === 'Tab') setOpen(false)
  }
  return (
    <div class="menu" ref={root} onKeyDown={open ? onKeyDown : undefined}>
      <button
        type="button"
        ref={trigger}
        class={buttonClass}
        aria-label={isNamedByContent ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={open}
        {...pressable(!unavailable, () => setOpen(!open))}
      >
        {button}
      </button>
      {open && (
        <div class={`menu__list menu__list--${align}`} role="menu" aria-label={label} ref={list}>
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              tabIndex={-1}
              {...(item.checked === undefined
                ? { role: 'menuitem' as const }
                : { role: 'menuitemradio' as const, 'aria-checked': item.checked })}
              onClick={() => {
                close()
                item.onSelect()
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
