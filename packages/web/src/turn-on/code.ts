// The code of an SMS, as people type it and as browsers read it.

export const codeLength = 6;

/** The digits of what was typed or pasted, also where a keyboard writes Arabic ones. */
export function digitsIn(written: string): string {
  return written
    .normalize("NFKC")
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replace(/\D/g, "");
}

// WebOTP: browsers on phones hand over the code of an SMS that is bound to this origin. The DOM's types do not know it.
interface CodeRequest extends CredentialRequestOptions {
  readonly otp: { readonly transport: readonly ["sms"] };
}

/** Undefined where the browser reads no SMS, or the owner did not let it. */
export async function codeFromSms(signal: AbortSignal): Promise<string | undefined> {
  if (!("OTPCredential" in globalThis)) return undefined;
  const request: CodeRequest = { otp: { transport: ["sms"] }, signal };
  try {
    const credential = await navigator.credentials.get(request);
    return credential && "code" in credential ? String(credential.code) : undefined;
  } catch {
    return undefined;
  }
}
