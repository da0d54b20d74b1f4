import { type CollectionTag, Pair, Scalar, type ScalarTag, YAMLMap, type YAMLSeq } from 'yaml'

/** CloudFormation's short forms, and the function that each stands for (CloudFormation User Guide, "Intrinsic function reference"). */
const SHORT_FORMS: Record<string, string> = {
  '!Ref': 'Ref',
  '!Condition': 'Condition',
  ...Object.fromEntries(
    ['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Not', 'Or'].map(
      (name) => [`!${name}`, `Fn::${name}`],
    ),
  ),
  ...Object.fromEntries(
    ['Select', 'Split', 'Sub', 'ToJsonString', 'Transform'].map((name) => [`!${name}`, `Fn::${name}`]),
  ),
}

/** Tags for the yaml package: `!Ref Name` is read as `{ Ref: 'Name' }`, whatever kind of value follows the tag. */
export const CLOUDFORMATION_TAGS: (ScalarTag | CollectionTag)[] = Object.entries(SHORT_FORMS).flatMap(([tag, name]) => [
  { tag, resolve: (text: string) => ({ [name]: text }) },
  { tag, collection: 'seq' as const, resolve: (value: YAMLMap.Parsed | YAMLSeq.Parsed) => wrapped(name, value) },
  { tag, collection: 'map' as const, resolve: (value: YAMLMap.Parsed | YAMLSeq.Parsed) => wrapped(name, value) },
])

const wrapped = (name: string, value: YAMLMap.Parsed | YAMLSeq.Parsed): YAMLMap => {
  const map = new YAMLMap()
  map.items.push(new Pair(new Scalar(name), value))
  return map
}
