import { useId, useRef, useState } from 'preact/hooks'
import { useDismiss } from './parts/dismiss.ts'
import { Failure } from './parts/failure.tsx'
import { Icon } from './parts/icon.tsx'
import { pressable } from './parts/pressable.ts'
import { formatDay, formatDuration, formatTime } from './times.ts'
import { useNow, useRequest, useWorkspace } from './workspace.ts'

const MINUTE = 60_000
const MOVES = [
  { label: '+10 minutes', minutes: 10 },
  { label: '+30 minutes', minutes: 30 },
  { label: '+1 hour', minutes: 60 },
  { label: '+12 hours', minutes: 12 * 60 },
  { label: '+1 day', minutes: 24 * 60 },
  { label: '+7 days', minutes: 7 * 24 * 60 },
]

/** The workspace's time, how far it was moved, and the form that moves it. */
export const ClockControl = () => {
  const { snapshot } = useWorkspace()
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  useDismiss(root, open, () => setOpen(false))
  const now = useNow(1000)
  const ahead = snapshot.clockAheadMs
  return (
    <div
      class="menu"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        setOpen(false)
        trigger.current?.focus()
      }}
    >
      <button
        type="button"
        ref={trigger}
        class="clock-button"
        aria-label={`${formatDay(now)} ${formatTime(now)}${ahead >= MINUTE ? ` +${formatDuration(ahead)}` : ''}, move the clock`}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="clock" />
        <span class="clock-button__time">
          <span class="clock-button__day">{formatDay(now)}</span> {formatTime(now)}
        </span>
        <Icon name="down" size={14} />
        {ahead >= MINUTE && <span class="pill">+{formatDuration(ahead)}</span>}
      </button>
      {open && <ClockPanel />}
    </div>
  )
}

const ClockPanel = () => {
  const { away } = useWorkspace()
  const { busy, error, send } = useRequest()
  const [minutes, setMinutes] = useState('')
  const id = useId()
  const move = (by: number) => {
    if (!busy && !away) void send('/local/clock', { aheadByMs: by * MINUTE })
  }
  const custom = Number(minutes)
  const valid = Number.isInteger(custom) && custom > 0
  return (
    <div class="menu__list menu__list--end clock-panel" role="group" aria-label="Move the clock">
      <p class="muted">
        Moves the workspace’s time forward. What is due on the way happens: reminders, expiring approvals, retries. It
        cannot go back.
      </p>
      <div class="clock-panel__moves">
        {MOVES.map(({ label, minutes: by }) => (
          <button key={label} type="button" class="button" {...pressable(!away && !busy, () => move(by))}>
            {label}
          </button>
        ))}
      </div>
      <form
        class="clock-panel__custom"
        onSubmit={(event) => {
          event.preventDefault()
          if (valid) move(custom)
        }}
      >
        <label for={id}>Minutes</label>
        <input
          id={id}
          inputMode="numeric"
          value={minutes}
          placeholder="15"
          aria-invalid={minutes !== '' && !valid}
          onInput={({ currentTarget }) => setMinutes(currentTarget.value.trim())}
        />
        <button type="submit" class="button" aria-disabled={away || busy || !valid}>
          {busy ? 'Moving…' : 'Move'}
        </button>
      </form>
      {minutes !== '' && !valid && <p class="failure">Whole minutes, one or more.</p>}
      <Failure error={error} />
    </div>
  )
}
