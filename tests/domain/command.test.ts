import type { TypedCommand } from '../../functions/domain/command.ts'
import { COMMANDS, commandIn, commandStatement, onlyReads, permissionFor } from '../../functions/domain/command.ts'
import { START, actor } from '../support/records.ts'

test.each<[string, object]>([
  ['', { do: 'help' }],
  ['  HELP ', { do: 'help' }],
  ['freezes', { do: 'freezes' }],
  [
    'freeze shop-* until Mon 08:00 because incident 4711',
    { do: 'freeze', patterns: ['shop-*'], end: { how: 'until', text: 'Mon 08:00' }, reason: 'incident 4711' },
  ],
  [
    'freeze shop-web, shop-api  for 2h BECAUSE it is down until Ben is back',
    {
      do: 'freeze',
      patterns: ['shop-web', 'shop-api'],
      end: { how: 'for', text: '2h' },
      reason: 'it is down until Ben is back',
    },
  ],
  ['freeze shop-*', { do: 'freeze', patterns: ['shop-*'], end: null, reason: '' }],
  ['freeze until 08:00 because', { do: 'freeze', patterns: [], end: { how: 'until', text: '08:00' }, reason: '' }],
  ['freeze shop-* because down', { do: 'freeze', patterns: ['shop-*'], end: null, reason: 'down' }],
  ['lift shop-*', { do: 'lift', patterns: ['shop-*'], reason: '' }],
  ['lift shop-* because fixed', { do: 'lift', patterns: ['shop-*'], reason: 'fixed' }],
  [
    'lengthen shop-* until Tue 08:00',
    { do: 'lengthen', patterns: ['shop-*'], end: { how: 'until', text: 'Tue 08:00' }, reason: '' },
  ],
  [' Pending ', { do: 'pending' }],
  ['why shop-web', { do: 'why', about: 'shop-web' }],
  ['status', { do: 'status', about: '*' }],
  ['status shop-*', { do: 'status', about: 'shop-*' }],
  ['history shop-web', { do: 'history', about: 'shop-web', stage: null }],
  ['history shop-web  Before production', { do: 'history', about: 'shop-web', stage: 'Before production' }],
  ['release', { do: 'release', pipeline: '' }],
  ['release shop-web', { do: 'release', pipeline: 'shop-web' }],
  ['release shop-web shop-api', { do: 'release', pipeline: '' }],
  ['history', { do: 'history', about: '', stage: null }],
  ['diff shop-web', { do: 'diff', about: 'shop-web' }],
  ['stauts', { do: 'unknown', word: 'stauts', nearest: 'status' }],
  ['why', { do: 'why', about: '' }],
  ['penidng', { do: 'unknown', word: 'penidng', nearest: 'pending' }],
  ['freze shop-*', { do: 'unknown', word: 'freze', nearest: 'freeze' }],
  ['hlep', { do: 'unknown', word: 'hlep', nearest: 'help' }],
  ['constructor', { do: 'unknown', word: 'constructor', nearest: null }],
  [
    'freeze , shop-*,, UNTIL Mon 08:00 because',
    { do: 'freeze', patterns: ['shop-*'], end: { how: 'until', text: 'Mon 08:00' }, reason: '' },
  ],
  ['mute', { do: 'muted' }],
  ['mute shop-*, api', { do: 'mute', patterns: ['shop-*', 'api'], end: null }],
  ['mute shop-* FOR 2h', { do: 'mute', patterns: ['shop-*'], end: { how: 'for', text: '2h' } }],
  ['unmute', { do: 'unmute' }],
  ['back', { do: 'back' }],
  ['hold shop-web Production', { do: 'hold', pipeline: 'shop-web', stage: 'Production', reason: '' }],
  ['hold shop-web Production because', { do: 'hold', pipeline: 'shop-web', stage: 'Production', reason: '' }],
  [
    'resume shop-web Production BECAUSE it is up',
    { do: 'resume', pipeline: 'shop-web', stage: 'Production', reason: 'it is up' },
  ],
  ['hold shop-web', { do: 'hold', pipeline: '', stage: '', reason: '' }],
  ['hold all shop-web Production', { do: 'hold', pipeline: '', stage: '', reason: '' }],
  ['hold shop-web Production now', { do: 'hold', pipeline: '', stage: '', reason: '' }],
  ['why <@U0ELI|eli><@W0BEN|ben>', { do: 'why', about: '@eli@ben' }],
  ['away', { do: 'absences' }],
  ['away OFF', { do: 'back' }],
  ['away <@U0ELI>', { do: 'away', standIn: 'U0ELI', at: null, end: null, from: null }],
  [
    'away <@W0ELI|eli> FROM Fri 17:00 Until Mon 08:00',
    { do: 'away', standIn: 'W0ELI', at: null, end: { how: 'until', text: 'Mon 08:00' }, from: 'Fri 17:00' },
  ],
  ['away @eli for 2d', { do: 'away', standIn: null, at: '@eli', end: { how: 'for', text: '2d' }, from: null }],
  ['away for 2d @eli', { do: 'away', standIn: null, at: '@eli', end: { how: 'for', text: '2d' }, from: null }],
  [
    'away until Mon <@U0ELI> 08:00',
    { do: 'away', standIn: 'U0ELI', at: null, end: { how: 'until', text: 'Mon 08:00' }, from: null },
  ],
  [
    'away until Mon @eli 08:00',
    { do: 'away', standIn: null, at: '@eli', end: { how: 'until', text: 'Mon 08:00' }, from: null },
  ],
  [
    'away until Mon <@U0ELI>',
    { do: 'away', standIn: 'U0ELI', at: null, end: { how: 'until', text: 'Mon' }, from: null },
  ],
  [
    'away until Mon<@U0ELI>08:00',
    { do: 'away', standIn: 'U0ELI', at: null, end: { how: 'until', text: 'Mon 08:00' }, from: null },
  ],
  [
    'away for 2d until Mon from <@U0ELI>',
    { do: 'away', standIn: 'U0ELI', at: null, end: { how: 'until', text: 'Mon' }, from: '' },
  ],
])('/greenlight %s', (text, command) => {
  expect(commandIn(text)).toEqual(command)
})

test('reads every command, and knows which need a permission and which change something at once', () => {
  const told = COMMANDS.map((word) => {
    const command = commandIn(`${word} shop-web`)
    return [word, command.do, permissionFor(word), onlyReads(command)]
  })
  expect(told).toEqual([
    ['away', 'away', 'standIns', false],
    ['back', 'back', 'standIns', false],
    ['diff', 'diff', null, true],
    ['freeze', 'freeze', 'freeze', false],
    ['freezes', 'freezes', null, true],
    ['help', 'help', null, true],
    ['history', 'history', null, true],
    ['hold', 'hold', 'hold', false],
    ['lengthen', 'lengthen', 'freeze', false],
    ['lift', 'lift', 'freeze', false],
    ['mute', 'mute', null, false],
    ['pending', 'pending', null, true],
    ['release', 'release', 'release', true],
    ['resume', 'resume', 'hold', false],
    ['status', 'status', null, true],
    ['unmute', 'unmute', null, false],
    ['why', 'why', null, true],
  ])
})

test('a command is sealed with all that it is weighed by', () => {
  const typed: TypedCommand = { id: 'c1', text: 'lift *', who: actor('U0ELI'), at: START, responseUrl: 'https://slack' }
  expect(JSON.parse(commandStatement(typed))).toEqual({
    command: 'c1',
    text: 'lift *',
    userId: 'U0ELI',
    at: START,
    responseUrl: 'https://slack',
  })
})
