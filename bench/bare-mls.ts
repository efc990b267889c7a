// What a text and its receipt cost two sides that do nothing else: bare ts-mls in the suite the phones use, in memory, with
// the library's own settings. What the phones' cost stands beside.
import {
  type CiphersuiteImpl,
  type ClientState,
  createApplicationMessage,
  createCommit,
  createGroup,
  defaultCapabilities,
  defaultLifetime,
  emptyPskIndex,
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

  static async make(): Promise<BarePair> {
    const suite = await getCiphersuiteImpl(getCiphersuiteFromName(suiteName));
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
