// Text of whatever direction inside a sentence: between U+2068 and U+2069 it cannot turn what is around it.

export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
