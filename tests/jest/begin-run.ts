export { beginRun as default } from '../support/decided-once.ts'
