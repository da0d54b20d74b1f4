/** Every icon of the page, drawn on a 16 × 16 grid with the color of the text around it. */
const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4.5 4.5l7 7m0-7l-7 7',
  pause: 'M5.75 4v8m4.5-8v8',
  stop: 'M5 5h6v6H5z',
  dash: 'M4.5 8h7',
  wait: 'M8 4v4.2l2.6 1.6',
  skip: 'M4.5 4.5L8 8l-3.5 3.5M8.5 4.5L12 8l-3.5 3.5',
  spin: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5',
  lock: 'M4.5 7.5h7v5h-7zM6 7.5V5.6a2 2 0 0 1 4 0v1.9',
  close: 'M4 4l8 8m0-8l-8 8',
  down: 'M4.5 6.5L8 10l3.5-3.5',
  right: 'M6.5 4.5L10 8l-3.5 3.5',
  out: 'M6.5 4H4v8h8V9.5M9 3.5h3.5V7M12 4L7.5 8.5',
  warning: 'M8 2.8l5.8 10.4H2.2zM8 6.7v2.8m0 1.7v.2',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  log: 'M4 4.5h8M4 8h8M4 11.5h5',
  commit: 'M8 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM1.5 8h4m5 0h4',
  clock: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 5v3.2l2.2 1.3',
  retry: 'M12.5 6.5A5 5 0 1 0 13 9M12.8 3.2v3.4H9.4',
  eye: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8zM8 6.3a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4z',
  flag: 'M4.5 14V2.5h7.5l-2 3 2 3H4.5',
  send: 'M2.5 8h10M8.5 4l4 4-4 4',
  home: 'M2.5 7.5L8 3l5.5 4.5M4 6.5V13h8V6.5M6.8 13V9.5h2.4V13',
  conversation: 'M2.5 3.5h11v7H7.5L4.5 13v-2.5h-2z',
  hash: 'M6.5 3L5 13m6-10L9.5 13M3.2 6h10M2.8 10h10',
} as const

export type IconName = keyof typeof PATHS

/** Decoration only: the words beside it carry the meaning. */
export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg class={`icon icon--${name}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
)
