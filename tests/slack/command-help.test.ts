import { COMMANDS, commandIn } from '../../functions/domain/command.ts'
import { COMMAND, HELP } from '../../functions/slack/words/command-words.ts'

test('the help has every command', () => {
  const words = HELP.map(([command]) => command.split(' ')[1])
  expect([...new Set(words)].sort()).toEqual([...COMMANDS].sort())
})

test.each(HELP)('%s can be typed as the help writes it', (command) => {
  expect(commandIn(command.slice(COMMAND.name.length))).not.toMatchObject({ do: 'unknown' })
})
