/** How every AWS client of the bot is made. */
export interface AwsConnection {
  region: string
  endpoint?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

/**
 * Reads Lambda's own variables (AWS_REGION, AWS_ACCESS_KEY_ID, …) and AWS_ENDPOINT_URL. Given credentials keep the SDK
 * from asking its long chain of other places for them.
 */
export const connectionFrom = (environment: Record<string, string | undefined>): AwsConnection => {
  const { AWS_REGION, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment
  return {
    region: AWS_REGION ?? 'us-east-1',
    ...(AWS_ENDPOINT_URL && { endpoint: AWS_ENDPOINT_URL }),
    ...(AWS_ACCESS_KEY_ID &&
      AWS_SECRET_ACCESS_KEY && {
        credentials: {
          accessKeyId: AWS_ACCESS_KEY_ID,
          secretAccessKey: AWS_SECRET_ACCESS_KEY,
          ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
        },
      }),
  }
}
