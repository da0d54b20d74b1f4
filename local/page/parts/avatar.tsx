/** A person's initials on their color, or the app's mark. */
export const Avatar = ({ name, color, size = 36 }: { name: string; color: string; size?: number }) => {
  const initials = name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join('')
    .toUpperCase()
  return (
    <span
      class="avatar"
      aria-hidden="true"
      style={{ backgroundColor: color, width: `${size}px`, height: `${size}px`, fontSize: `${size * 0.4}px` }}
    >
      {initials}
    </span>
  )
}

export const AppAvatar = ({ size = 36 }: { size?: number }) => (
  <svg class="avatar" width={size} height={size} viewBox="0 0 36 36" aria-hidden="true">
    <rect width="36" height="36" rx="8" fill="#12261c" />
    <circle cx="18" cy="18" r="10.5" fill="#1f6f4a" />
    <circle cx="18" cy="18" r="7" fill="#3ddc8a" />
  </svg>
)
