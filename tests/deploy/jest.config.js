import base from '../../jest.config.js'

/** Python and PyPI are needed for these, so that `npm test` goes without. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/tests/deploy/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 240_000,
}
