'use strict'

/**
 * A plugin of serverless.yml: with the param `dataKeyArn`, Lambda keeps each function's package encrypted with that key
 * ("Encrypting Lambda .zip deployment packages", Lambda Developer Guide). osls has no setting for it, and what infra/data-key.cjs
 * adds to a resource would replace all of its `Code`.
 */
module.exports = class EncryptPackages {
  constructor({ service }) {
    this.hooks = {
      'after:package:compileFunctions': () => {
        const { kmsKeyArn, compiledCloudFormationTemplate } = service.provider
        if (!kmsKeyArn) return
        for (const { Type, Properties } of Object.values(compiledCloudFormationTemplate.Resources))
          if (Type === 'AWS::Lambda::Function') Properties.Code.SourceKMSKeyArn = kmsKeyArn
      },
    }
  }
}
