import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { directoryWith } from '../support/order.ts'

/* A package of one module that builds itself: pip needs no index for it. */

const BACKEND = `import os, time, zipfile
VERSION, SECONDS = "{version}", {seconds}
def build_wheel(directory, config_settings=None, metadata_directory=None):
    with open(os.environ.get("TINY_PID", os.devnull), "w") as file:
        file.write(str(os.getpid()))
    time.sleep(SECONDS)
    name, info = f"tiny-{VERSION}-py3-none-any.whl", f"tiny-{VERSION}.dist-info"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
        wheel.writestr("tiny.py", f"VERSION = '{VERSION}'\\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: tiny\\nVersion: {VERSION}\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: tiny\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
build_editable = build_wheel
`

/** The source files of the package, in a directory; building it takes so many seconds. */
export const tinySource = (below: string, version: string, seconds = 0): Record<string, string> => ({
  [`${below}/pyproject.toml`]:
    '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "tiny"\n' +
    `version = "${version}"\n`,
  [`${below}/backend.py`]: BACKEND.replace('{version}', version).replace('{seconds}', String(seconds)),
})

/** A directory with a wheel of each of these versions. */
export const tinyWheels = async (python: string, versions: readonly string[]): Promise<string> => {
  const directory = await directoryWith()
  await mkdir(directory, { recursive: true })
  for (const version of versions) {
    const cwd = `${await directoryWith(tinySource('tiny', version))}/tiny`
    await promisify(execFile)(python, ['-c', 'import backend, sys; backend.build_wheel(sys.argv[1])', directory], {
      cwd,
    })
  }
  return directory
}
