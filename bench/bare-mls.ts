// What texts cost two sides that do nothing else: bare ts-mls in the suite the phones use, in memory, with the library's own
// settings. What the phones' cost stands beside.
import {
  type CiphersuiteImpl,
  type ClientState,
  createApplicationMessage,
  createCommit,
  createGroup,
  decodeMlsMessage,
  defaultCapabilities,
  defaultLifetime,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  processPrivateMessage,
} from "ts-mls";

const suiteName = "MLS_256_XWING_AES256GCM_SHA512_Ed25519";
const receiptBytes = 80;

export class BarePair {
  readonly #suite: CiphersuiteImpl;
  #states: [ClientState, ClientState];

  private constructor(suite: CiphersuiteImpl, states: [ClientState, ClientState]) {
    this.#suite = suite;
    this.#states = states;
  }

  /** @param suite whose primitives are used; the library's own if left out. */
  static async make(suite?: CiphersuiteImpl): Promise<BarePair> {
    return BarePair.#of(suite ?? (await getCiphersuiteImpl(getCiphersuiteFromName(suiteName))));
  }

  static async #of(suite: CiphersuiteImpl): Promise<BarePair> {
    const [anna, ben] = await Promise.all(
      ["anna", "ben"].map((name) => {
        const identity = new TextEncoder().encode(name);
        const credential = { credentialType: "basic" as const, identity };
        return generateKeyPackage(credential, defaultCapabilities(), defaultLifetime, [], suite);
      }),
    );
    if (!anna || !ben) throw new TypeError("two are needed");
    const alone = await createGroup(
      new Uint8Array(32).fill(1),
      anna.publicPackage,
      anna.privatePackage,
      [],
      suite,
    );
    const add = { proposalType: "add" as const, add: { keyPackage: ben.publicPackage } };
    const { newState, welcome } = await createCommit(
      { state: alone, cipherSuite: suite },
      { extraProposals: [add], ratchetTreeExtension: true },
    );
    if (!welcome) throw new Error("nobody was added");
    const joined = await joinGroup(
      welcome,
      ben.publicPackage,
      ben.privatePackage,
      emptyPskIndex,
      suite,
    );
    return new BarePair(suite, [newState, joined]);
  }

  /** A text from one to the other, and a receipt for it. */
  async exchange(from: 0 | 1, text: string): Promise<void> {
    await this.#pass(from, new TextEncoder().encode(text));
    await this.#pass(from === 0 ? 1 : 0, new Uint8Array(receiptBytes));
  }

  /** Texts from the first, as they travel. */
  async sealed(texts: readonly string[]): Promise<Uint8Array[]> {
    const sealed: Uint8Array[] = [];
    for (const text of texts) {
      const content = new TextEncoder().encode(text);
      const sent = await createApplicationMessage(this.#states[0], content, this.#suite);
      this.#states[0] = sent.newState;
      const { privateMessage } = sent;
      const message = {
        version: "mls10",
        wireformat: "mls_private_message",
        privateMessage,
      } as const;
      sealed.push(encodeMlsMessage(message));
    }
    return sealed;
  }

  /** The other takes what travelled, in its order. */
  async take(sealed: readonly Uint8Array[]): Promise<void> {
    for (const encoded of sealed) {
      const [message] = decodeMlsMessage(encoded, 0) ?? [];
      if (message?.wireformat !== "mls_private_message") throw new Error("it is no text");
      const taken = await processPrivateMessage(
        this.#states[1],
        message.privateMessage,
        emptyPskIndex,
        this.#suite,
      );
      this.#states[1] = taken.newState;
    }
  }

  async #pass(from: 0 | 1, content: Uint8Array): Promise<void> {
    const to = from === 0 ? 1 : 0;
    const sent = await createApplicationMessage(this.#states[from], content, this.#suite);
    this.#states[from] = sent.newState;
    const taken = await processPrivateMessage(
      this.#states[to],
      sent.privateMessage,
      emptyPskIndex,
      this.#suite,
    );
    this.#states[to] = taken.newState;
  }
}
