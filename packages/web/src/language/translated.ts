// What a language has to say where English says these words: the same keys, with the same parameters.

type Parameters<T> = T extends (...args: infer A) => string ? A : never;

export type Translated<Words> = {
  readonly [Key in keyof Words]: Words[Key] extends string
    ? string
    : Words[Key] extends (...args: never[]) => string
      ? (...args: Parameters<Words[Key]>) => string
      : { readonly [Name in keyof Words[Key]]: string };
};
