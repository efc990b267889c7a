// The SMS with a code. It names what the code is for, so that nobody can be talked into another, and is one SMS: at most
// 160 characters of GSM 03.38's basic alphabet.
import { Intent } from "@assent/protocol";

const mostCharacters = 160;

/** What a code can be asked for. */
export type CodeIntent = Intent.REGISTER | Intent.LEAVE | Intent.NEVER;

const uses: Record<CodeIntent, string> = {
  [Intent.REGISTER]: "turn on private messages",
  [Intent.LEAVE]: "delete the account of this number",
  [Intent.NEVER]: "never get a code again",
};

/** The last line lets a browser offer the code to this service's page alone (WebOTP); a long name leaves it no room. */
export function codeSms(intent: CodeIntent, code: string, publicHost: string): string {
  const text = `Assent code to ${uses[intent]}: ${code}. Give it to nobody.`;
  const whole = `${text}\n\n@${publicHost} #${code}`;
  return whole.length <= mostCharacters ? whole : text;
}
