'use strict'

/**
 * Params that do nothing without another one. A person who sets one of them expects something to happen, so a deploy
 * without the other is refused. serverless.yml includes this file.
 */
const NEEDS = {
  checkpointChannel: 'checkpointBucket',
  checkpointEntries: 'checkpointBucket',
  checkpointKeyArn: 'checkpointBucket',
  attestationKeyArn: 'attestedBuckets',
  organizationId: 'spokes',
  spokeExternalId: 'spokes',
}

/** Bucket names as IAM matches them (Amazon S3 User Guide, "Bucket naming rules"). */
const BUCKETS = /^[a-z0-9*][a-z0-9.*-]*$/

const paramOf = ({ resolveVariable }, name) => resolveVariable(`param:${name}`)

/** A default that is a function of CloudFormation was not given by a person. */
const isGiven = (value) => (Array.isArray(value) ? value.length > 0 : typeof value === 'string' && value !== '')

module.exports.resources = async (serverless) => {
  for (const [name, needed] of Object.entries(NEEDS))
    if (isGiven(await paramOf(serverless, name)) && !isGiven(await paramOf(serverless, needed)))
      throw new Error(`params.${name} does nothing without params.${needed}: set both, or neither`)
  const entries = await paramOf(serverless, 'checkpointEntries')
  if (entries !== '' && entries !== 'yes')
    throw new Error(`params.checkpointEntries: "${entries}" is neither empty nor yes`)
  const buckets = await paramOf(serverless, 'attestedBuckets')
  if (buckets !== '' && !BUCKETS.test(buckets))
    throw new Error(`params.attestedBuckets: "${buckets}" is not the name of a bucket, with * for any characters`)
  return { Resources: {} }
}
