import { useEffect, useState } from 'preact/hooks'

/** A media query of a window in which one half of the page is shown at a time; styles/ has the same. */
export const NARROW = '(max-width: 859px)'

/** Whether the window has room for one half only. */
export const useNarrow = (): boolean => {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches)
  useEffect(() => {
    const query = matchMedia(NARROW)
    const onChange = () => setNarrow(query.matches)
    onChange()
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [])
  return narrow
}
