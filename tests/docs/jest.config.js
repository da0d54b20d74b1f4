import base from '../../jest.config.js'

/** These need packages that `npm ci` does not bring, so `npm test` leaves them out. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/tests/docs/*-by-tools.ts'],
  testTimeout: 240_000,
}
