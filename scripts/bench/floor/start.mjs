/** The least that a function's start can be: Node's own modules that nearly every function loads, and the configuration. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
require('node:crypto')
require('node:path')
const configuration = JSON.parse(require('node:fs').readFileSync(process.env.GREENLIGHT_CONFIG, 'utf8'))

export const handler = () => configuration
