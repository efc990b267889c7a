// Words as people look for them: without case and accents (Unicode NFKD, marks taken off).

export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** The words of a query, folded. */
export function foldedWords(query: string): string[] {
  return folded(query).split(/\s+/).filter(Boolean);
}
