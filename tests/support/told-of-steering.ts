import type { Effect } from '../../functions/domain/effect.ts'
import type { SteeringAnswer, SteeringRequest } from '../../functions/domain/steering.ts'
import { steeringOf } from '../../functions/domain/steering.ts'

/** What people were told of their requests, and the function that has them told. */
export const toldOfSteering = () => {
  const told: object[] = []
  const tell = (request: SteeringRequest, answer: SteeringAnswer): Effect => {
    told.push({ kind: 'steering', steering: steeringOf(request), ...answer })
    return { do: 'tell-person', userId: request.who.userId, channel: request.who.from, message: '{}' }
  }
  return { told, tell }
}
