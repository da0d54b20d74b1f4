import type { Digest, DigestNotice, SentDigest } from '../../domain/digest.ts'
import { acquireDigest, digestId, isDigestMinute, lastRange, newDigest, rangeBefore } from '../../domain/digest.ts'
import type { TimeRange } from '../../domain/delivery-measures.ts'
import { deliveryOf, measured, pipelineOfKey, pipelinesIn } from '../../domain/delivery-measures.ts'
import type { Effect } from '../../domain/effect.ts'
import { noticeSaid } from '../../domain/notice-delivery.ts'
import type { DigestCard } from '../../ports/cards.ts'
import type { Configuration } from '../../ports/configuration.ts'
import type { Delivery } from '../../ports/delivery.ts'
import type { DueServices, Services } from '../../ports/services.ts'
import type { Performed } from '../effects/performed.ts'
import { done } from '../effects/performed.ts'
import { deliverNotice } from './deliver-notice.ts'

/** The effects that send the digests whose time has come. */
export const dueDigests = ({ configuration, clock }: Pick<Services, 'configuration' | 'clock'>): Effect[] => {
  const now = clock.now()
  return configuration.digests.flatMap((digest): Effect[] => {
    const range = lastRange(digest, now)
    return isDigestMinute(range, now) ? [{ do: 'send-digest', digest: digestId(digest, range) }] : []
  })
}

/** Story: a day or a week is over, and a channel gets the numbers of its deployments, once. */
export const sendDigest = async (
  services: Services & Pick<DueServices, 'delivery'>,
  id: string,
): Promise<Performed> => {
  const { configuration, digests, clock } = services
  const now = clock.now()
  // Another configuration may have been deployed since.
  const digest = configuration.digests.find((one) => digestId(one, lastRange(one, now)) === id)
  if (!digest) return done()
  const range = lastRange(digest, now)
  const known = await digests.read(id)
  if (!known) await digests.create(newDigest(id, range))
  else if (acquireDigest(known, '', now)[1].kind !== 'acquired') return done()
  const card = await digestCard(services, digest, range, id)
  return deliverNotice<SentDigest, DigestNotice>(services, {
    read: () => digests.read(id),
    change: (step, from) => digests.change(id, step, from && { from }),
    tellEnd: async () => null,
    acquire: acquireDigest,
    prepare: async (record) => record,
    channelOf: () => ({ channel: digest.channel, under: null }),
    card: (_, notice) => ({ ...card, notice }),
    beganAt: ({ to }) => to,
    said: (current, _, { notice, at }) => noticeSaid(current, notice.key, { at }),
    next: () => [],
    effect: { do: 'send-digest', digest: id },
    about: { digest: id },
  })
}

const digestCard = async (
  { delivery, configuration }: { delivery: Delivery; configuration: Configuration },
  digest: Digest,
  range: TimeRange,
  id: string,
): Promise<Omit<DigestCard, 'notice'>> => {
  const before = rangeBefore(digest, range)
  const recorded = deliveryOf(await delivery.read({ from: before.from, to: range.to }), digest.covers)
  const { accountId: accounts, ...only } = digest.only
  return {
    kind: 'digest',
    id,
    every: digest.every,
    only: { ...only, ...(accounts && { account: accounts.map((one) => configuration.accountName(one)) }) },
    range,
    all: measured(recorded, range),
    before: measured(recorded, before),
    rows: pipelinesIn(recorded, range).map((key, _, all) => ({
      name: nameAmong(all, key, configuration),
      measures: measured(recorded, range, key),
    })),
    mention: [],
  }
}

/** The name of a pipeline; with its account and Region if another has the same. */
const nameAmong = (keys: readonly string[], key: string, { accountName }: Configuration): string => {
  const { pipeline, accountId, region } = pipelineOfKey(key)
  const isUnique = keys.every((other) => other === key || pipelineOfKey(other).pipeline !== pipeline)
  return isUnique ? pipeline : `${pipeline} (${accountName(accountId)}, ${region})`
}
