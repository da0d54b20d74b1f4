/** Stands for a block or an element that the page does not draw. */
export const Unknown = ({ name }: { name: string }) => (
  <span class="placeholder">{name.replaceAll('_', ' ')} is not shown here</span>
)
