'use strict'

const { copyFile, mkdir } = require('node:fs/promises')
const { join } = require('node:path')

/** A plugin of serverless in the place of serverless-esbuild: the functions' archives are those in kept-archives/. */
module.exports = class KeptArchives {
  constructor({ service, serviceDir }) {
    this.hooks = {
      'before:package:createDeploymentArtifacts': async () => {
        // Where serverless looks whether an archive has changed.
        const packages = join(serviceDir, '.serverless')
        await mkdir(packages, { recursive: true })
        for (const door of service.getAllFunctions()) {
          const artifact = join(packages, `${door}.zip`)
          await copyFile(join(serviceDir, 'kept-archives', `${door}.zip`), artifact)
          service.getFunction(door).package = { artifact }
        }
      },
    }
  }
}
