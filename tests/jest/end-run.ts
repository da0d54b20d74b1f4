export { endRun as default } from '../support/decided-once.ts'
