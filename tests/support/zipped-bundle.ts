import { strToU8, zipSync } from 'fflate'

/** The zip archive of a bundle for CodeDeploy, whose hooks are the given lines of bash. */
export const zippedBundle = (hooks: Record<string, string>, files: Record<string, string> = {}): Uint8Array => {
  const events = Object.keys(hooks).map((event) => [event, [{ location: `scripts/${event}.sh`, timeout: 60 }]])
  const contents = {
    'appspec.yml': `version: 0.0\nos: linux\nhooks: ${JSON.stringify(Object.fromEntries(events))}\n`,
    ...Object.fromEntries(
      Object.entries(hooks).map(([event, lines]) => [`scripts/${event}.sh`, `#!/bin/bash\n${lines}\n`]),
    ),
    ...files,
  }
  return zipSync(Object.fromEntries(Object.entries(contents).map(([name, text]) => [name, strToU8(text)])))
}
