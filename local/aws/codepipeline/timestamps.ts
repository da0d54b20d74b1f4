/** Epoch milliseconds → epoch seconds, as the AWS JSON protocol writes timestamps. */
export const seconds = (epochMs: number): number => epochMs / 1000

/** Epoch milliseconds → `2026-11-23T09:44:59Z`, the `time` of an EventBridge envelope. */
export const isoSeconds = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`

/** Epoch milliseconds → `2026-11-23T09:44:59.123Z`, the `start-time` inside a CodePipeline event. */
export const isoMilliseconds = (epochMs: number): string => new Date(epochMs).toISOString()

/** Epoch milliseconds → `2016-07-07T20:22Z`, the `expires` of an approval notification: no seconds. */
export const isoMinutes = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 16)}Z`
