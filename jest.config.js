import { shownEarlier } from './tests/jest/earlier-run.ts'
import { leftOut, onlyThese } from './tests/jest/left-to-ci.ts'

export default {
  testEnvironment: '<rootDir>/tests/jest/one-context.ts',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.tsx?$': '<rootDir>/tests/jest/strip-types.ts' },
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  // npm run test:deploy
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/tests/deploy/',
    ...leftOut(process.env, process.argv.slice(2)),
    ...onlyThese(shownEarlier(process.env)),
  ],
  modulePathIgnorePatterns: ['<rootDir>/.serverless/', '<rootDir>/.esbuild/', '<rootDir>/.greenlight/'],
  globalSetup: '<rootDir>/tests/jest/begin-run.ts',
  globalTeardown: '<rootDir>/tests/jest/end-run.ts',
  setupFiles: ['<rootDir>/tests/jest/seed-properties.ts'],
  setupFilesAfterEnv: ['<rootDir>/tests/jest/look-for-secrets.ts', '<rootDir>/tests/jest/record-rights.ts'],
  reporters: [
    'default',
    '<rootDir>/tests/jest/report-skipped.ts',
    '<rootDir>/tests/jest/report-left-out.ts',
    '<rootDir>/tests/jest/earlier-run.ts',
    '<rootDir>/tests/jest/report-rights.ts',
    '<rootDir>/tests/jest/report-seed.ts',
  ],
  testSequencer: '<rootDir>/tests/jest/longest-first.ts',
  // Tests with a whole workspace wait half of their time for the pauses of AWS and Slack: three fill two cores.
  maxWorkers: 3,
  // Some start a whole workspace and deploy an application; a busy machine is slow.
  testTimeout: 60_000,
}
