// Whose a key is while a word is composed, as of Pinyin: the input method's, and nothing of the app follows from it.

type Key = Pick<KeyboardEvent, "isComposing" | "keyCode">;

/** @param key pressed. Safari ends the composing before the key that ends it, and tells by this code alone. */
export function isOfInputMethod({ isComposing, keyCode }: Key): boolean {
  return isComposing || keyCode === 229;
}
