/** Turns `&amp;`, `&lt;` and `&gt;` back; Slack knows no other entity. */
export function unescapeEntities(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: 'amp' | 'lt' | 'gt') => ({ amp: '&', lt: '<', gt: '>' })[name])
}
