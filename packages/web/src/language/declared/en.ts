// English, which the manifest is written in: only its purposes have names that no person reads.
import type { DeclaredWords } from "./declared-words.ts";

export const declared: DeclaredWords = {
  purposes: {
    service: "private messages",
    discovery: "finding your contacts",
    receipts: "read receipts",
    push: "being told while the app is closed",
    "sms-relay": "SMS through the service",
  },
  phrases: {},
  between: "; ",
};
