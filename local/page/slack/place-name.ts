import type { ChannelView } from '../contract.ts'

/** What a channel is called in a sentence; a conversation with the app is no channel. */
export const placeName = ({ name, onlyFor }: Pick<ChannelView, 'name' | 'onlyFor'>): string =>
  onlyFor === null ? `#${name}` : `the direct message with ${name}`
