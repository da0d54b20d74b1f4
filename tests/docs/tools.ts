import { fileURLToPath } from 'node:url'

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Tools that compile the examples: too large (aws-cdk-lib alone has 180 MB) for every `npm ci`. */
export const TOOLS = root('node_modules/.cache/greenlight-docs')
export const NEEDED = root('tests/docs/tools/package.json')
