'use strict'

const { join } = require('node:path')

/** A plugin of serverless in the place of serverless-esbuild: the functions' archives are those in kept-archives/. */
module.exports = class KeptArchives {
  constructor({ service }) {
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => {
        for (const door of service.getAllFunctions())
          service.getFunction(door).package = { artifact: join('kept-archives', `${door}.zip`) }
      },
    }
  }
}
