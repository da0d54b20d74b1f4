'use strict'

/**
 * How Lambda starts Node, as far as it makes a difference here. Its `bootstrap` sets `--expose-gc`, by which V8 tells code caches apart,
 * and the sizes of the heap, by which it does not; "Building Lambda functions with Node.js" (AWS Lambda Developer Guide, experimental
 * features) has the other flag: no `require` of ES modules.
 */
const LAMBDA_FLAGS = ['--expose-gc', '--no-experimental-require-module']

module.exports = { LAMBDA_FLAGS }
