/**
 * Attributes of a button that can be pressed only at times. Unlike a disabled one it keeps the focus when it cannot be
 * pressed any more, and a screen reader still finds it.
 */
export const pressable = (can: boolean, onPress: () => void) => ({
  'aria-disabled': !can,
  onClick: () => {
    if (can) onPress()
  },
})
