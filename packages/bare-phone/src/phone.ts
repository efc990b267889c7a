// One phone: its keys, its counter, and the clients of the one service it talks to. It believes what the service's own
// certificate vouches for, and pins nothing.
import {
  type AccountId,
  AccountService,
  accountIdOf,
  CellService,
  contractVersion,
  type DeviceId,
  DirectoryService,
  DiscoveryService,
  deviceIdOf,
  generateSealingKeyPair,
  type OpenedCell,
  openCell,
  type PhoneNumber,
  RegistrationService,
  randomBytes,
  type SigningKeyPair,
  SmsRelayService,
  signingKeyPair,
  signRequest,
} from "@assent/protocol";
import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";

/** A running service, and where its SMS can be read: in this process, or else by `GET /sms/messages`. */
export interface Server {
  readonly origin: string;
  readonly fakeSms?:
    | { messagesTo(number: string): readonly { readonly text: string }[] }
    | undefined;
  /** The address on the Internet that a proxy in front of the service says the phone is at. */
  readonly from?: string | undefined;
}

export interface Clients {
  readonly cell: Client<typeof CellService>;
  readonly registration: Client<typeof RegistrationService>;
  readonly account: Client<typeof AccountService>;
  readonly directory: Client<typeof DirectoryService>;
  readonly discovery: Client<typeof DiscoveryService>;
  readonly smsRelay: Client<typeof SmsRelayService>;
}

/** A service whose parameters were asked for: what many phones at one service share. */
export interface ReachedCell
  extends Clients,
    Server,
    Pick<OpenedCell, "certificate" | "parameters"> {
  readonly cellId: OpenedCell["id"];
}

export interface PhoneDevice {
  readonly id: DeviceId;
  readonly privateKey: Uint8Array;
  readonly signatureKey: Uint8Array<ArrayBuffer>;
  readonly sealingKey: Uint8Array<ArrayBuffer>;
}

export interface Phone extends ReachedCell {
  readonly number: PhoneNumber;
  readonly root: SigningKeyPair;
  readonly accountId: AccountId;
  readonly device: PhoneDevice;
  /** The counter of the last request it signed. A test may set it; copies of a phone share it. */
  readonly counter: { last: bigint };
}

/** @throws where the service's parameters are not what its certificate vouches for. */
export async function reachCell(server: Server): Promise<ReachedCell> {
  const { origin, from } = server;
  const throughProxy: Interceptor = (next) => (request) => {
    if (from !== undefined) request.header.set("x-forwarded-for", from);
    return next(request);
  };
  const transport = createConnectTransport({
    baseUrl: origin,
    httpVersion: "1.1",
    interceptors: [throughProxy],
  });
  const cell = createClient(CellService, transport);
  const { parameters, certificate } = await cell.getParameters({ contract: contractVersion });
  const opened = parameters && certificate && (await openCell({ parameters, certificate }));
  if (!opened) throw new Error("the parameters are not signed");
  return {
    origin,
    from,
    fakeSms: server.fakeSms,
    cell,
    registration: createClient(RegistrationService, transport),
    account: createClient(AccountService, transport),
    directory: createClient(DirectoryService, transport),
    discovery: createClient(DiscoveryService, transport),
    smsRelay: createClient(SmsRelayService, transport),
    cellId: opened.id,
    certificate: opened.certificate,
    parameters: opened.parameters,
  };
}

/** A phone at a service that was reached, which has sent nothing. */
export async function makePhoneAt(
  reached: ReachedCell,
  number: string,
  root: SigningKeyPair = signingKeyPair(randomBytes(32)),
): Promise<Phone> {
  const { privateKey, publicKey: signatureKey } = signingKeyPair(randomBytes(32));
  const { publicKey: sealingKey } = await generateSealingKeyPair();
  return {
    ...reached,
    number: number as PhoneNumber,
    root,
    accountId: accountIdOf(root.publicKey),
    device: { id: deviceIdOf(signatureKey), privateKey, signatureKey, sealingKey },
    counter: { last: 0n },
  };
}

/** A phone that knows the cell's parameters and has sent nothing else. */
export async function makePhone(
  server: Server,
  number: string,
  root?: SigningKeyPair,
): Promise<Phone> {
  return makePhoneAt(await reachCell(server), number, root);
}

/** The counter of its next request. */
export function nextCounter(phone: Phone): bigint {
  phone.counter.last += 1n;
  return phone.counter.last;
}

/** @param procedure such as "DiscoveryService/Evaluate". @param counter where it is not to be the next. */
export function signedCall(
  phone: Phone,
  procedure: string,
  body: Uint8Array,
  counter: bigint = nextCounter(phone),
) {
  const target = { cellId: phone.cellId, procedure: `/assent.v1.${procedure}` };
  return signRequest(phone.device, target, body, counter);
}
