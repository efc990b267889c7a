// What goes wrong between the command line and a service on the same machine. These codes are for the operator: none of
// them crosses the contract's wire.

/** later: the same again may work. ask: whoever asked changes something first. */
type Retry = "later" | "ask";

export const operatingErrors = {
  no_service: {
    retry: "later",
    message: "No service runs in this folder. Start it, or name its folder with --data.",
  },
  no_folder: {
    retry: "ask",
    message: "No service was ever started in this folder. Name the right one with --data.",
  },
  not_yours: {
    retry: "ask",
    message: "The service belongs to another user of this machine. Ask as that user.",
  },
  no_answer: {
    retry: "later",
    message: "The service did not answer. It may be stopping; look into its log.",
  },
  refused: {
    retry: "ask",
    message: "The service refused.",
  },
  command_unknown: {
    retry: "ask",
    message: "The service does not know this command. It may be of another version.",
  },
  failed: {
    retry: "later",
    message: "The service could not do this. What went wrong is in its log.",
  },
} as const satisfies Record<string, { readonly retry: Retry; readonly message: string }>;

export type OperatingErrorCode = keyof typeof operatingErrors;

export class OperatingError extends Error {
  override readonly name = "OperatingError";
  readonly code: OperatingErrorCode;

  /** @param message in place of the code's own: for whoever asked, with nothing secret in it. */
  constructor(code: OperatingErrorCode, message?: string) {
    super(message ?? operatingErrors[code].message);
    this.code = code;
  }

  get retry(): Retry {
    return operatingErrors[this.code].retry;
  }
}

export function isOperatingErrorCode(code: unknown): code is OperatingErrorCode {
  return typeof code === "string" && Object.hasOwn(operatingErrors, code);
}
