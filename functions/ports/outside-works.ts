import type { OutsideState } from '../domain/outside-execution.ts'
import type { OutsideService } from '../domain/outside-work.ts'
import type { ExecutionKey } from '../domain/pipeline.ts'
import type { Starter } from '../domain/starter.ts'

/** Builds of CodeBuild and deployments of CodeDeploy, as their service tells of them. */
export interface OutsideWorks {
  /** @throws if the service does not answer. */
  read(key: ExecutionKey, service: OutsideService): Promise<OutsideWorkRead>
}

export type OutsideWorkRead =
  | {
      kind: 'read'
      /** Its beginning and, once it is over, its end. */
      states: OutsideState[]
      starter: Starter | null
      version: string | null
      /** A pipeline started it. False for a deployment: CodeDeploy does not tell. */
      isOfPipeline: boolean
    }
  /** The service does not have it. */
  | { kind: 'gone' }
  /** The role lacks a permission of IAM. */
  | { kind: 'denied'; lacks: string }
