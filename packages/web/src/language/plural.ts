// Plurals as each language has them (Intl.PluralRules).

/** Words for each plural form the language has; `#` stands for the count. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

export function plural(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (count, forms) =>
    (forms[rules.select(count)] ?? forms.other).replace("#", digits.format(count));
}
