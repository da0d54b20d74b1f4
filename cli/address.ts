import { wrongArgument } from './failure.ts'
import { ownEntry } from '../functions/own-entry.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The address in an environment variable; undefined if it is not set.
 *
 * @throws {Failure} if it is not an address.
 */
export const addressFrom = (environment: Environment, variable: string): string | undefined => {
  const address = ownEntry(environment, variable)
  if (!address) return undefined
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw wrongArgument(`${variable} is ${address}: expected an address such as http://127.0.0.1:4600/.`)
  return address
}
