import { jest } from '@jest/globals'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { directoryWith, removeDirectories } from '../support/order.ts'
import { describeWith } from '../support/needs.ts'
import { bootMachine, type Machine } from '../support/systemd/machine.ts'
import { readTemplate } from './read-template.ts'
import { at, text } from '../support/template.ts'

/*
 * The script that an instance of infra/target-ec2.yml runs when it starts, under the real systemd. Parts of Amazon
 * Linux have stand-ins: dnf, wget, which brings an installer of an agent that sleeps, and cfn-signal.
 */

jest.setTimeout(60_000)

const VALUES: Record<string, string> = {
  'AWS::Region': 'eu-west-1',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'shop-target',
  InstanceLog: '/ec2/shop',
}

const userData = text(
  at(
    readTemplate('target-ec2.yml'),
    'Resources.LaunchTemplate.Properties.LaunchTemplateData.UserData.Fn::Base64.Fn::Sub',
  ),
).replace(/\$\{([\w:]+)\}/g, (_, name: string) => VALUES[name] ?? `<${name} is not known>`)

const INSTALLER = `#!/bin/bash
echo "install $*" >>/root/called
cat >/etc/systemd/system/codedeploy-agent.service <<'UNIT'
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
UNIT
`
const STAND_INS: Record<string, string> = {
  '/usr/local/sbin/dnf': '#!/bin/bash\necho "dnf $*" >>/root/called\n',
  '/usr/local/sbin/wget': `#!/bin/bash
echo "wget \${*: -1}" >>/root/called
[ ! -e /root/no-network ] || exit 4
cp /root/installer "$3"
`,
  // It fails on an instance that starts when the stack is complete, and on each of blue/green.
  '/opt/aws/bin/cfn-signal': '#!/bin/bash\necho "cfn-signal $*" >>/root/called\nexit 1\n',
  '/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl': `#!/bin/bash
echo "agent-ctl $*" >>/root/called
echo "Successfully fetched the config"
`,
  '/opt/aws/amazon-cloudwatch-agent/etc/README': '',
  '/etc/systemd/system/rsyslog.service':
    '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n',
  '/root/installer': INSTALLER,
}

await describeWith(['systemd'], 'the user data of an instance', () => {
  let machine: Machine
  let root: string
  const run = (command: string[]) => machine.run(command)
  beforeAll(async () => {
    machine = await bootMachine(await directoryWith(), [])
    root = machine.root
    for (const [file, content] of Object.entries(STAND_INS)) {
      await mkdir(dirname(join(root, file)), { recursive: true })
      await writeFile(join(root, file), content)
      await chmod(join(root, file), 0o755)
    }
  })
  afterAll(async () => {
    await machine.close()
    await removeDirectories()
  })
  /** The commands since the last call. */
  const called = async () => {
    const lines = await readFile(join(root, 'root/called'), 'utf8')
    await writeFile(join(root, 'root/called'), '')
    return lines.trim().split('\n')
  }
  const start = async () => {
    await writeFile(join(root, 'root/user-data'), userData)
    return run(['bash', '/root/user-data'])
  }
  const property = async (unit: string, name: string) =>
    (await run(['systemctl', 'show', '--value', '--property', name, unit])).trim()

  const ASKED = [
    'dnf install -y -q ruby wget',
    'wget https://aws-codedeploy-eu-west-1.s3.eu-west-1.amazonaws.com/latest/install',
  ]
  const AGENT = '/opt/aws/amazon-cloudwatch-agent'
  const SHIPS = [
    'dnf install -y -q amazon-cloudwatch-agent rsyslog',
    `agent-ctl -a fetch-config -m ec2 -s -c file:${AGENT}/etc/greenlight.json`,
  ]
  const signal = (code: number) =>
    `cfn-signal --exit-code ${code} --stack shop-target --resource Group --region eu-west-1`

  test('tells CloudFormation that the agent could not be installed', async () => {
    await writeFile(join(root, 'root/no-network'), '')
    expect(await start()).toBe('')
    expect(await called()).toEqual([...ASKED, signal(4), ...SHIPS])
  })

  test('installs the agent at the next run of the timer, and has systemd keep it', async () => {
    await run(['rm', '/root/no-network'])
    expect(await property('keep-codedeploy-agent.timer', 'ActiveState')).toBe('active')
    expect(await property('keep-codedeploy-agent.timer', 'Unit')).toBe('keep-codedeploy-agent.service')
    expect(await run(['systemctl', 'start', 'keep-codedeploy-agent'])).toBe('')
    expect(await called()).toEqual([...ASKED, 'install auto'])
    expect(await property('codedeploy-agent', 'ActiveState')).toBe('active')
    expect(await property('codedeploy-agent', 'UnitFileState')).toBe('enabled')
    expect(await property('codedeploy-agent', 'Restart')).toBe('always')
    expect(await run(['bash', '-c', '. /etc/profile && echo "$GREENLIGHT_BIND"'])).toBe('0.0.0.0\n')
  })

  test('leaves a running agent alone', async () => {
    expect(await start()).toBe('')
    expect(await called()).toEqual([signal(0), ...SHIPS])
  })

  test('ships the logs of the agent, the hooks and the system into the stack’s log group', async () => {
    const written = JSON.parse(await readFile(join(root, AGENT, 'etc/greenlight.json'), 'utf8')) as {
      logs: { logs_collected: { files: { collect_list: Record<string, string>[] } } }
    }
    const files = written.logs.logs_collected.files.collect_list
    expect(files.map(({ log_group_name: group, log_stream_name: stream }) => [group, stream])).toEqual(
      ['codedeploy-agent', 'hooks', 'system'].map((name) => ['/ec2/shop', `{instance_id}/${name}`]),
    )
    expect(await property('rsyslog', 'ActiveState')).toBe('active')
  })

  test('installs a removed agent again', async () => {
    await run(['systemctl', 'disable', '--now', 'codedeploy-agent'])
    await run(['rm', '/etc/systemd/system/codedeploy-agent.service'])
    await run(['systemctl', 'start', 'keep-codedeploy-agent'])
    expect(await called()).toEqual([...ASKED, 'install auto'])
    expect(await property('codedeploy-agent', 'ActiveState')).toBe('active')
  })
})
