import { EQUIVALENT_IN_DOMAIN } from './equivalent/domain.ts'
import type { Equivalent } from './equivalent/equivalent.ts'
import { EQUIVALENT_IN_FLOWS } from './equivalent/flows.ts'
import { EQUIVALENT_ELSEWHERE } from './equivalent/others.ts'

/** Changes that no caller can notice, each with the reason. */
export const EQUIVALENT_MUTANTS: readonly Equivalent[] = [
  ...EQUIVALENT_IN_DOMAIN,
  ...EQUIVALENT_IN_FLOWS,
  ...EQUIVALENT_ELSEWHERE,
]
