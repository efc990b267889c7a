// Reading and writing the fields that SMPP 3.4 PDUs are made of (§3.1). Trusts nothing it reads: what is cut short, or
// longer than its field, is refused.

/** What came is no PDU, or what should go does not fit its field. */
export class BadPdu extends Error {
  override readonly name = "BadPdu";
}

export class OctetReader {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#octets.length;
  }

  /** An unsigned number of 1, 2 or 4 octets, the highest first. */
  integer(length: 1 | 2 | 4): number {
    return this.octets(length).reduce((value, octet) => value * 256 + octet, 0);
  }

  octets(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#octets.length) throw new BadPdu("cut short");
    const octets = this.#octets.subarray(this.#at, end);
    this.#at = end;
    return octets;
  }

  /**
   * A C-Octet String, without the zero that ends it.
   * @param most octets, the zero counted.
   */
  text(most: number): string {
    const end = this.#octets.indexOf(0, this.#at);
    if (end < 0 || end - this.#at >= most) throw new BadPdu("a text without an end");
    const text = latin1(this.#octets.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }
}

export class OctetWriter {
  readonly #octets: number[] = [];

  integer(value: number, length: 1 | 2 | 4): this {
    if (!Number.isInteger(value) || value < 0 || value >= 256 ** length) {
      throw new BadPdu(`no number of ${length} octets`);
    }
    for (let shift = length - 1; shift >= 0; shift--) {
      this.#octets.push(Math.floor(value / 256 ** shift) % 256);
    }
    return this;
  }

  octets(octets: Uint8Array): this {
    for (const octet of octets) this.#octets.push(octet);
    return this;
  }

  /** @param most octets, the zero at the end counted. */
  text(text: string, most: number): this {
    if (text.length >= most) throw new BadPdu(`a text longer than ${most - 1} octets`);
    for (let index = 0; index < text.length; index++) {
      const octet = text.charCodeAt(index);
      if (octet === 0 || octet > 0xff) throw new BadPdu("a text that is not Latin-1");
      this.#octets.push(octet);
    }
    this.#octets.push(0);
    return this;
  }

  written(): Uint8Array {
    return Uint8Array.from(this.#octets);
  }
}

export function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString("latin1");
}
