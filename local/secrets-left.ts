import { SECRET_MARK } from './secret-mark.ts'

/** Where something leaves the bot's functions, or the command line. */
export type Edge =
  | 'a call of AWS'
  | 'a header of a call'
  | 'a call of Slack'
  | 'a response_url'
  | 'an answer to Slack'
  | 'an error'
  | 'the log'
  | 'the terminal'

/** A secret that left where none belongs. */
export interface SecretLeft {
  edge: Edge
  /** The call and the place in it: `PutEvents: Entries.0.Detail.token`. */
  where: string
  /** The secret with the text around it. */
  around: string
}

interface Belongs {
  edge: Edge
  /** Of the call. */
  name: string
  /** Names and numbers, joined by dots; what is JSON inside a text has its own below it. */
  place: RegExp
  because: string
}

/** Each place outside the functions where a secret belongs. */
export const WHERE_SECRETS_BELONG: readonly Belongs[] = [
  {
    edge: 'a call of AWS',
    name: 'PutApprovalResult',
    place: /^token$/,
    because: 'CodePipeline takes a verdict for the token',
  },
  {
    edge: 'a call of AWS',
    name: 'PutItem',
    place: /^Item\.data\.M\.(token\.S|deflated\.token)$/,
    because: 'the verdict is sent later, by a function that finds the approval in the table',
  },
  {
    edge: 'a call of AWS',
    name: 'SendMessage',
    place: /^MessageBody\.effect\.notification\.token$/,
    because: 'a notification that could not be taken at once is taken later',
  },
  {
    edge: 'a call of AWS',
    name: 'SendMessage',
    place: /^MessageBody\.effect\.(command\.responseUrl|responseUrl|answerTo)$/,
    because: 'a command is answered by the function that carries it out',
  },
  {
    edge: 'a call of AWS',
    name: 'Publish',
    place: /^Message\.approval\.(token|approvalReviewLink)$/,
    because: 'CodePipeline tells of an approval with its token',
  },
  {
    edge: 'a call of AWS',
    name: 'PutParameter',
    place: /^Value$/,
    because: 'greenlight init stores the secrets of Slack',
  },
  {
    edge: 'a header of a call',
    name: 'Slack',
    place: /^authorization$/,
    because: 'Slack knows the bot by its token',
  },
  {
    edge: 'a header of a call',
    name: 'AWS',
    place: /^x-amz-security-token$/,
    because: "AWS knows a role's session by its token",
  },
]

const CHARACTERS_AROUND = 60

let tell: (left: SecretLeft) => void = (left) => void found.push(left)
const found: SecretLeft[] = []

/** The secrets that left since the last time, unless another teller was set. */
export const takeSecretsLeft = (): SecretLeft[] => found.splice(0)

/** Tells of each secret that leaves, from now on. */
export const tellOfSecretsLeft = (teller: typeof tell): void => {
  tell = teller
}

let inflate: (stored: { deflated: Uint8Array }) => object = (stored) => stored

/** Reads records that are stored deflated so, from now on. */
export const lookIntoDeflated = (reader: typeof inflate): void => {
  inflate = reader
}

/** The first words of {@link sentenceOf}. */
export const SECRET_LEFT = 'A secret left through'

export const sentenceOf = ({ edge, where, around }: SecretLeft): string =>
  `${SECRET_LEFT} ${edge}, ${where}: ${JSON.stringify(around)}`

/** Looks for a secret in what leaves; `name` is that of the call, the function or the line. */
export const lookForSecret = (edge: Edge, name: string, said: string): void => {
  const text = said.includes('"deflated"') ? withInflated(said) : said
  if (!text.includes(SECRET_MARK)) return
  for (const { place, leaf } of placesIn(text, '')) {
    const belongs = WHERE_SECRETS_BELONG.some((one) => one.edge === edge && one.name === name && one.place.test(place))
    if (!belongs) tell({ edge, where: place === '' ? name : `${name}: ${place}`, around: aroundIn(leaf) })
  }
}

/** A call of DynamoDB with what it deflates as JSON. Bytes of something else stay as they are. */
const withInflated = (text: string): string =>
  text.replaceAll(/"deflated":\{"B":"([^"]+)"\}/g, (said, bytes: string) => {
    try {
      const record = inflate({ deflated: Buffer.from(bytes, 'base64') })
      return `"deflated":${JSON.stringify(JSON.stringify(record))}`
    } catch {
      return said
    }
  })

/** The same in the headers of a call of a service. */
export const lookInHeaders = (name: 'AWS' | 'Slack', headers: Headers): void => {
  for (const [header, value] of headers)
    if (value.includes(SECRET_MARK)) lookForSecret('a header of a call', name, JSON.stringify({ [header]: value }))
}

interface Place {
  place: string
  leaf: string
}

/** The texts with a secret in a text that is JSON or a form, or the text itself. */
const placesIn = (text: string, place: string): Place[] => {
  const tree = treeOf(text)
  return tree === null ? [{ place, leaf: text }] : placesBelow(tree, place)
}

const placesBelow = (tree: unknown, place: string): Place[] => {
  if (typeof tree === 'string') return tree.includes(SECRET_MARK) ? placesIn(tree, place) : []
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([name, value]) => {
    const here = place === '' ? name : `${place}.${name}`
    const inName = name.includes(SECRET_MARK) ? [{ place: `a name in ${place}`, leaf: name }] : []
    return [...inName, ...placesBelow(value, here)]
  })
}

const FORM = /^[\w.]+=[^\s<]*$/

const treeOf = (text: string): object | null => {
  if (FORM.test(text)) return Object.fromEntries(new URLSearchParams(text))
  try {
    const parsed = JSON.parse(text) as unknown
    return typeof parsed === 'object' ? parsed : null
  } catch {
    return null
  }
}

const aroundIn = (text: string): string => {
  const at = text.indexOf(SECRET_MARK)
  return text.slice(Math.max(0, at - CHARACTERS_AROUND), at + SECRET_MARK.length + CHARACTERS_AROUND)
}
