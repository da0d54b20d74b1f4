/** Turns `&amp;`, `&lt;` and `&gt;` back; Slack knows no other entity. */
export const unescapeEntities = (text: string): string =>
  text.replace(/&(amp|lt|gt);/g, (_, name: 'amp' | 'lt' | 'gt') => ({ amp: '&', lt: '<', gt: '>' })[name])
