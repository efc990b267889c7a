// What this package uses of the platforms it runs on. Both Node and browsers have these; nothing else may be
// used here, and neither `node:` modules nor the DOM library are in its type check.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
declare class URL {
  static canParse(url: string): boolean;
  constructor(url: string);
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly origin: string;
}
interface CryptoKey {
  readonly type: string;
}
interface SubtleCrypto {
  importKey(
    format: "raw" | "pkcs8",
    keyData: Uint8Array<ArrayBuffer>,
    algorithm: string | { name: string },
    extractable: boolean,
    usages: string[],
  ): Promise<CryptoKey>;
  encrypt(
    algorithm: {
      name: string;
      iv: Uint8Array<ArrayBuffer>;
      additionalData?: Uint8Array<ArrayBuffer>;
    },
    key: CryptoKey,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<ArrayBuffer>;
  decrypt(
    algorithm: {
      name: string;
      iv: Uint8Array<ArrayBuffer>;
      additionalData?: Uint8Array<ArrayBuffer>;
    },
    key: CryptoKey,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<ArrayBuffer>;
  sign(algorithm: string, key: CryptoKey, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  verify(
    algorithm: string,
    key: CryptoKey,
    signature: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
}
declare const crypto: {
  readonly subtle: SubtleCrypto;
  getRandomValues<T extends Uint8Array>(bytes: T): T;
};
