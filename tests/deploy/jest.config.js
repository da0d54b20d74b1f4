import base from '../../jest.config.js'

/** These need Python and PyPI, so `npm test` leaves them out. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/tests/deploy/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 240_000,
}
