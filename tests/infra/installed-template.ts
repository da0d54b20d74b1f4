import type { Alarm } from '../support/cloudwatch.ts'
import { at, functionOf, ofType, resource, text, type Template } from '../support/template.ts'

/** A packaged installation whose references have values, different in each installation. */
export interface Installed {
  template: Template
  /** Logical ID → the alarm. */
  alarms: Record<string, Alarm>
  /** The name of a function, by its file. */
  functionName(door: string): string
  /** The environment variables of a function. */
  environment(door: string): Record<string, unknown>
  queueName(id: string): string
  apiId: string
  /** Where Lambda sends the events that an asynchronously invoked function could not process, and its retries. */
  onFailure(door: string): { queue: string; retries: number }
}

export const installed = (stage: string, template: Template): Installed => {
  const generated = (id: string) => `greenlight-${stage}-${id}`
  const nameOf = (value: unknown): string => {
    if (typeof value === 'string') return value
    const id = text(value).split('.')[0]!
    const { Type, Properties } = resource(template, id)
    return Type === 'AWS::Lambda::Function' ? text(Properties.FunctionName) : generated(id)
  }
  return {
    template,
    alarms: Object.fromEntries(
      ofType(template, 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) => [
        id,
        {
          ...(Properties as unknown as Alarm),
          Dimensions: (Properties.Dimensions as { Name: string; Value: unknown }[]).map(({ Name, Value }) => ({
            Name,
            Value: nameOf(Value),
          })),
        },
      ]),
    ),
    functionName: (door) => text(functionOf(template, door).properties.FunctionName),
    environment: (door) =>
      at(functionOf(template, door).properties, 'Environment.Variables') as Record<string, unknown>,
    queueName: generated,
    apiId: generated('HttpApi'),
    onFailure: (door) => {
      const [configuration] = ofType(template, 'AWS::Lambda::EventInvokeConfig')
        .map(([, { Properties }]) => Properties)
        .filter(({ FunctionName }) => text(FunctionName) === functionOf(template, door).id)
      return {
        queue: text(at(configuration, 'DestinationConfig.OnFailure.Destination')).split('.')[0]!,
        retries: Number(configuration?.MaximumRetryAttempts),
      }
    },
  }
}
