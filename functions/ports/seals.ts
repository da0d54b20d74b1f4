/** Marks what only the functions could write that see clicks: for work that one of them leaves to another. */
export interface Seals {
  seal(text: string): Promise<string>
  /** Whether the seal was made for this text. */
  holds(text: string, seal: string): Promise<boolean>
}
