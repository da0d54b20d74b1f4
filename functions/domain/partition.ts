/** AWS separates China and the US government: their ARNs, consoles and endpoints have other names. */
export interface Partition {
  /** The second part of every ARN. */
  name: string
  /** The end of an endpoint's host name. */
  dnsSuffix: string
  /** The host of the Region's console. */
  consoleHost: string
}

/** The partition of a Region ("Amazon Resource Names (ARNs)", AWS General Reference). */
export const partitionOf = (region: string): Partition => {
  if (region.startsWith('cn-'))
    return { name: 'aws-cn', dnsSuffix: 'amazonaws.com.cn', consoleHost: 'console.amazonaws.cn' }
  if (region.startsWith('us-gov-'))
    return { name: 'aws-us-gov', dnsSuffix: 'amazonaws.com', consoleHost: 'console.amazonaws-us-gov.com' }
  return { name: 'aws', dnsSuffix: 'amazonaws.com', consoleHost: `${region}.console.aws.amazon.com` }
}
