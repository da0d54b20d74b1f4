import { configurationFrom } from '../../functions/config/configuration.ts'
import type { Configuration } from '../../functions/flows/ports.ts'
import type { Chance } from './chance.ts'

const ENGINEERS = ['U0ANA', 'U0BEN', 'U0CHEN']
const MANAGERS = ['U0DANA', 'U0ELI']
const STRANGER = 'U0ZOE'

/** Whoever clicks: mostly those who may. */
export const somebody = (chance: Chance): string =>
  chance.is(0.1) ? STRANGER : chance.pick([...ENGINEERS, ...MANAGERS])

const RULES = [
  [{ name: 'engineers', people: [...ENGINEERS, ...MANAGERS], count: 1 }],
  [{ name: 'engineers', people: [...ENGINEERS, ...MANAGERS], count: 2 }],
  [
    { name: 'engineers', people: ENGINEERS, count: 1 },
    { name: 'release managers', people: MANAGERS, count: 1 },
  ],
]

/** Who may approve, and where things are shown: a status channel mostly, an approvals channel nearly always. */
export const someConfiguration = (chance: Chance): Configuration =>
  configurationFrom({
    accounts: { '111122223333': 'shop-prod' },
    repositories: [],
    defaults: {
      ...(chance.is(0.95) && { approvals: 'C0RELEASES' }),
      ...(chance.is(0.85) && { status: 'C0DEPLOYS' }),
    },
    routes: chance.is(0.95) ? [{ match: {}, approvers: chance.pick(RULES) }] : [],
  })
