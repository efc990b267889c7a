// Leaves every text file of a built page compressed beside itself, for a server that never compresses.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, constants as zlib } from "node:zlib";

/** @param {string} folder all below it too. */
export function compressTexts(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((name) => /\.(?:css|html|js|json|svg|webmanifest)$/.test(name))) {
    const path = join(folder, name);
    const text = readFileSync(path);
    // The two qualities above take many times as long, for a few percent.
    const brotli = { params: { [zlib.BROTLI_PARAM_QUALITY]: 9 } };
    keepIfSmaller(`${path}.br`, brotliCompressSync(text, brotli), text);
    keepIfSmaller(`${path}.gz`, gzipSync(text, { level: 9 }), text);
  }
}

/**
 * @param {string} path
 * @param {Uint8Array} compressed
 * @param {Uint8Array} text
 */
function keepIfSmaller(path, compressed, text) {
  if (compressed.length < text.length) writeFileSync(path, compressed);
}
