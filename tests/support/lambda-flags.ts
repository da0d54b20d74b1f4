import { createRequire } from 'node:module'

/** How Lambda starts Node (infra/lambda-flags.cjs). */
export const { LAMBDA_FLAGS } = createRequire(import.meta.url)('../../infra/lambda-flags.cjs') as {
  LAMBDA_FLAGS: string[]
}

const IS_ARM = process.arch === 'arm64'

/** Packages with V8's code cache, which this machine's Node can make and use. */
export const WITH_CODE_CACHE = IS_ARM ? [] : ['--param', 'architecture=x86_64']

/** Packages for functions of another architecture, which have no code cache. */
export const WITHOUT_CODE_CACHE = IS_ARM ? ['--param', 'architecture=x86_64'] : []
