// The service's unary procedures over Connect, each bound to its declaration. Loaded when the first is called: a phone that
// is off asks nothing.
import {
  AccountService,
  AssentError,
  CellService,
  DirectoryService,
  DiscoveryService,
  ErrorDetailSchema,
  errorOfDetail,
  limits,
  RegistrationService,
  SmsRelayService,
} from "@assent/protocol";
import { type Client, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import type { UniversalClientFn } from "@connectrpc/connect/protocol";
import { createTransport } from "@connectrpc/connect/protocol-connect";
import type { Egress } from "./egress.ts";
import type { DeclarationOf } from "./lanes.ts";

// Every procedure that is declared. One that is missing here cannot be called.
const anonymous: Readonly<Record<string, DeclarationOf<"anonymous">>> = {
  "/assent.v1.CellService/GetParameters": "get-parameters",
  "/assent.v1.DirectoryService/GetRecord": "get-record",
  "/assent.v1.DirectoryService/TakeKeyPackages": "take-key-packages",
};
const account: Readonly<Record<string, DeclarationOf<"account">>> = {
  "/assent.v1.RegistrationService/StartRegistration": "start-registration",
  "/assent.v1.RegistrationService/VerifyCode": "verify-code",
  "/assent.v1.RegistrationService/RenewClaim": "renew-claim",
  "/assent.v1.AccountService/CreateAccount": "create-account",
  "/assent.v1.AccountService/UpdateAccount": "update-account",
  "/assent.v1.AccountService/RestartDevice": "restart-device",
  "/assent.v1.AccountService/DeleteAccount": "delete-account",
  "/assent.v1.AccountService/DeleteByClaim": "delete-by-claim",
  "/assent.v1.DiscoveryService/Evaluate": "evaluate",
  "/assent.v1.DirectoryService/AddKeyPackages": "add-key-packages",
  "/assent.v1.SmsRelayService/NameSms": "name-sms",
  "/assent.v1.SmsRelayService/SendSms": "send-sms",
  "/assent.v1.SmsRelayService/GetSmsStates": "get-sms-states",
};

const maxAnswerBytes = limits.requestBytes;

export interface Procedures {
  readonly cell: Client<typeof CellService>;
  readonly account: Client<typeof AccountService>;
  readonly registration: Client<typeof RegistrationService>;
  readonly discovery: Client<typeof DiscoveryService>;
  readonly directory: Client<typeof DirectoryService>;
  readonly smsRelay: Client<typeof SmsRelayService>;
}

/** @param url of the cell, without a path. */
export function openProcedures(egress: Egress, url: string): Procedures {
  const transport: Transport = createTransport({
    httpClient: httpClientOver(egress, url),
    baseUrl: url,
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: 0,
    readMaxBytes: maxAnswerBytes,
    writeMaxBytes: maxAnswerBytes,
  });
  return {
    cell: withTableErrors(createClient(CellService, transport)),
    account: withTableErrors(createClient(AccountService, transport)),
    registration: withTableErrors(createClient(RegistrationService, transport)),
    discovery: withTableErrors(createClient(DiscoveryService, transport)),
    directory: withTableErrors(createClient(DirectoryService, transport)),
    smsRelay: withTableErrors(createClient(SmsRelayService, transport)),
  };
}

function httpClientOver(egress: Egress, url: string): UniversalClientFn {
  return async (request) => {
    const parts: Uint8Array[] = [];
    for await (const part of request.body ?? []) parts.push(part);
    const body = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      body.set(part, offset);
      offset += part.length;
    }
    const headers = Object.fromEntries(request.header.entries());
    const procedure = request.url.slice(url.length);
    const item = { method: "POST" as const, url: request.url, headers, body };
    const [unsigned, signed] = [anonymous[procedure], account[procedure]];
    const answer = unsigned
      ? await egress.http("anonymous", unsigned, item, maxAnswerBytes)
      : signed && (await egress.http("account", signed, item, maxAnswerBytes));
    if (!answer) throw new AssentError("internal");
    return {
      status: answer.status,
      header: new Headers({ ...answer.headers }),
      body: (async function* () {
        yield answer.body;
      })(),
      trailer: new Headers(),
    };
  };
}

/** Callers meet errors of the table only. Not an interceptor: what one throws, Connect wraps once more. */
function withTableErrors<C extends object>(client: C): C {
  return new Proxy(client, {
    get: (target, name) => {
      const procedure: unknown = Reflect.get(target, name);
      if (typeof procedure !== "function") return procedure;
      return (...args: unknown[]) => Promise.resolve(procedure(...args)).catch(rethrowOfTable);
    },
  });
}

function rethrowOfTable(error: unknown): never {
  if (error instanceof AssentError) throw error;
  if (error instanceof ConnectError) {
    if (error.cause instanceof AssentError) throw error.cause;
    const [detail] = error.findDetails(ErrorDetailSchema);
    if (detail) throw errorOfDetail(detail, error);
  }
  throw new AssentError("unreachable", { cause: error });
}
