// What others wrote, made fit for a terminal: it can neither steer the terminal nor look like something that this
// program says.

// Marks that turn the direction of what stands around them, and characters that some terminals break lines at.
const unfit = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const replacement = "\ufffd";
const continuation = "\n    ";

/** A text in lines, each further one set in, so that none begins like an entry of its own. */
export function printableText(text: string): string {
  return text.replace(unfit, (character) => {
    if (character === "\n") return continuation;
    return character === "\t" ? character : replacement;
  });
}

/** A name or the like: one line. */
export function printableLine(text: string): string {
  return text.replace(unfit, replacement);
}

/** JSON that means the same, with nothing in it that a terminal or a reader of lines would act on. */
export function printableJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
