import {
  forgettingRequests,
  notLooking,
  permitting,
  permittingEveryone,
  releasingLater,
  resumingByItself,
  steeringOtherwise,
  tellingSuccess,
  withButtons,
  withoutConfiguredFreezes,
} from '../broken-steering.ts'
import { CALM } from '../climate.ts'
import type { Differently } from '../history.ts'
import type { BrokenBot } from './bot.ts'
import { EASY, ALL_MORNING } from './bot.ts'

const STEERED = {
  climate: CALM,
  hasSteering: true,
  route: {
    ...EASY,
    anyOf: [],
    commentForm: null,
    may: permitting({ people: ['U0DANA', 'U0ELI'], groups: [] }),
  },
} satisfies Pick<Differently, 'climate' | 'hasSteering' | 'route'>

/** Bots that steer a pipeline otherwise than a person asked, or show the wrong buttons for it. */
export const OF_STEERING: Record<string, BrokenBot> = {
  'a message that lacks the buttons that mend a failure': {
    breaks: 'I3',
    ...STEERED,
    services: withButtons((steering) => steering.filter(({ act }) => act !== 'retry' && act !== 'rollback')),
  },

  'an execution that is over and can be stopped': {
    breaks: 'I3',
    ...STEERED,
    services: withButtons((steering) => steering.map((aim) => (aim.act === 'release' ? { ...aim, act: 'stop' } : aim))),
  },

  'a button for what no one may do': {
    breaks: 'I3',
    ...STEERED,
    route: { ...STEERED.route, may: { ...STEERED.route.may, release: { people: [], groups: [] } } },
    services: permittingEveryone,
  },

  'a person who steers without permission': {
    breaks: 'I24',
    ...STEERED,
    services: permittingEveryone,
  },

  'a stage that goes on in a change freeze': {
    breaks: 'I24',
    ...STEERED,
    route: { ...STEERED.route, freezes: [ALL_MORNING] },
    services: withoutConfiguredFreezes,
  },

  'an act that is done in the name of another': {
    breaks: 'I24',
    ...STEERED,
    services: steeringOtherwise((steering, sender) => [steering, { ...sender, by: 'U0ELI' }]),
  },

  'an execution that is stopped in another way than its person chose': {
    breaks: 'I24',
    ...STEERED,
    services: steeringOtherwise((steering, sender) => [
      steering.act === 'stop' ? { ...steering, choice: 'abandon' } : steering,
      sender,
    ]),
  },

  'a release that starts another execution at each call': {
    breaks: 'I24',
    ...STEERED,
    climate: { ...CALM, fail: 0.1 },
    services: notLooking,
    sends: ({ clientRequestToken: _, ...input }) => input,
  },

  'an act that the audit record never has': {
    breaks: 'I24',
    ...STEERED,
    services: (services) => ({ ...services, entries: { file: async () => {} } }),
  },

  'a press that is judged at each delivery': {
    breaks: 'I24',
    ...STEERED,
    climate: { ...CALM, duplicate: 0.3 },
    services: forgettingRequests,
  },

  'an act of which the bot does not see that CodePipeline did it': {
    breaks: 'I24',
    ...STEERED,
    climate: { ...CALM, fail: 0.1 },
    services: notLooking,
  },

  'a release that is done after its person was told so': {
    breaks: 'I24',
    ...STEERED,
    services: releasingLater,
  },

  'a refusal that is told as done': { breaks: 'I24', ...STEERED, services: tellingSuccess },

  'a hold that ends by itself': { breaks: 'I24', ...STEERED, services: resumingByItself },

  'a hold whose reason AWS does not take': {
    breaks: 'I24',
    ...STEERED,
    sends: (input) => ('reason' in input ? { ...input, reason: `${String(input['reason'])}: Störung` } : input),
  },
}
