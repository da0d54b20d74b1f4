/**
 * Chance is 0: pipeline-changed waits for a random part of 60 milliseconds before it writes that an action has begun, so that
 * the events of one step do not meet. To be imported before the function.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

crypto.randomUUID = () => '00000000-0000-4000-8000-000000000000'
syncBuiltinESMExports()
