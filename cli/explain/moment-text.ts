/** Such as "Fri 18 Dec 2026, 17:00 (Europe/London)". */
export const momentText = (at: number, zone: string): string => {
  const written = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(at)
  return `${written.replace(/^(\w+), /, '$1 ')} (${zone})`
}
