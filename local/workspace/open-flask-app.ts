import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { detectTools, type NotRun, notRunWithout } from '../process/capabilities.ts'
import { withCopiedEnvironments } from '../process/copied-environments.ts'
import { createPackageIndex, isNotRun, type PackageIndex } from '../process/package-index.ts'
import { FLASK_APP } from '../source/flask-app-commits.ts'
import { ACCOUNT } from './account.ts'
import type { Delivery, DeliverySettings } from './delivery.ts'
import { openExample, withLogLink } from './open-example.ts'

/** The example application: its repository, its build and its deployment, run for real as far as this machine can. */
export const openFlaskApp = async (settings: DeliverySettings): Promise<Delivery> => {
  const { clock, url, aws, directory, changed } = settings
  const tools = await withCopiedEnvironments(await detectTools())
  const notRun = notRunWithout(tools)
  const packageIndex = noting(createPackageIndex(tools.python), (found) => {
    if (notRun.some(({ what, why }) => what === found.what && why === found.why)) return
    notRun.push(found)
    changed()
  })
  const example = { ...ACCOUNT, name: 'flask-app' }
  const [{ buildOutside, ...delivery }, port] = await Promise.all([
    openExample(settings, { example, seed: FLASK_APP, target: { Target: 'ec2' }, tools, packageIndex }),
    freePort(),
  ])
  const group = await aws.codeDeploy.openInstanceGroup({
    directory: join(directory, 'instance'),
    port,
    tools,
    packageIndex,
    clock,
    changed,
  })
  aws.codeDeploy.addGroup({
    ...ACCOUNT,
    applicationName: example.name,
    deploymentGroupName: 'production',
    directory: join(directory, 'instance'),
    group,
  })
  return {
    ...delivery,
    runners: { ...delivery.runners, 'Deploy/CodeDeploy': withLogLink(group.runner, url) },
    outside: { build: buildOutside },
    notRun,
    application: () => group.application(),
    close: () => group.close(),
  }
}

/** The same index, which reports when it could not provide a package. */
const noting = (index: PackageIndex, found: (notRun: NotRun) => void): PackageIndex => ({
  prepare: async (requirements, signal) => {
    const answer = await index.prepare(requirements, signal)
    if (isNotRun(answer)) found(answer)
    return answer
  },
})

/** A port on which no program listens now. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
