import { commandIn } from '../../functions/domain/command.ts'

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
])('/greenlight %s', (text, command) => {
  expect(commandIn(text)).toEqual(command)
})
