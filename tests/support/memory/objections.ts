import type { Objection, Objections } from '../../../functions/ports/objections.ts'

/** Objections in memory, out of reach of a thief with the table. */
export const memoryObjections = (): Objections => {
  const all: Objection[] = []
  return {
    add: async (objection) => void all.push(objection),
    of: async (approval) => all.filter((objection) => objection.approval === approval),
  }
}
