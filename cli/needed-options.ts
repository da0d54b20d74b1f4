import type { Command } from 'commander'
import { wrongArgument } from './failure.ts'

/**
 * Has a command refuse options that would do nothing, because another option is not given: each option with the one that
 * it needs, as a person writes them.
 */
export const withNeededOptions = (command: Command, needs: Readonly<Record<string, string>>): Command => {
  const isGiven = (flag: string): boolean => {
    const option = command.options.find(({ long }) => long === flag)!
    return command.getOptionValueSource(option.attributeName()) === 'cli'
  }
  return command.hook('preAction', () => {
    for (const [option, needed] of Object.entries(needs))
      if (isGiven(option) && !isGiven(needed)) throw wrongArgument(`${option} needs ${needed}.`)
  })
}
