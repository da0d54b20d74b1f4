export { deployService, type Outcome, type ServiceDeployment, type Stage } from './deploy-service.ts'
export { deployedByEcs, type DeployedByEcs } from './service-properties.ts'
