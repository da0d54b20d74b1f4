/**
 * Part of every secret that the workspace and the tests make, and of nothing else. Hex digits stay as they are in JSON, in
 * an address, in Slack's markup and in a UUID, whose last group has as many.
 */
export const SECRET_MARK = '5ec4e75ec4e7'

/** A secret that begins with this text. */
export const markedSecret = (start: string): string => `${start}${SECRET_MARK}`

/**
 * A UUID that is a secret: an approval's token, the end of a response_url. Its last eight digits, by which counted UUIDs
 * differ, become the first.
 */
export const markedId = (uuid: string): string => `${uuid.slice(-8)}${uuid.slice(8, -SECRET_MARK.length)}${SECRET_MARK}`
