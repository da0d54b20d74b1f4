import { Icon } from './icon.tsx'

/** Why the last request failed, beside its control. */
export const Failure = ({ error }: { error: string | null }) =>
  error === null ? null : (
    <p class="failure" role="alert">
      <Icon name="warning" /> {error}
    </p>
  )
