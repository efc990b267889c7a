// The two pages that are compared, each served by a server of its own: the app as it is built now, of which the
// bench keeps a copy, and a page that only loads React.
import { spawnSync } from "node:child_process";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { compressTexts } from "../../scripts/compress-texts.mjs";
import { MeasuredProcess } from "../server-process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const binaries = join(root, "node_modules/.bin");

export class ServedPage {
  readonly #folder: string;
  readonly #server: MeasuredProcess;

  private constructor(folder: string, server: MeasuredProcess) {
    this.#folder = folder;
    this.#server = server;
  }

  /** The app, built where that is needed. Its server is a whole service, with fake SMS. */
  static async app(folder: string): Promise<ServedPage> {
    run(process.execPath, ["scripts/build-web.mjs"]);
    await cp(join(root, "packages/web/dist"), join(folder, "app"), { recursive: true });
    return ServedPage.#serve(folder, "app");
  }

  static async reference(folder: string): Promise<ServedPage> {
    const out = join(folder, "reference");
    const options = ["--outDir", out, "--emptyOutDir", "--logLevel", "warn"];
    run(join(binaries, "vite"), ["build", "bench/web/reference", ...options]);
    compressTexts(out);
    return ServedPage.#serve(folder, "reference");
  }

  static async #serve(folder: string, name: string): Promise<ServedPage> {
    const data = join(folder, `${name}-data`);
    await mkdir(data);
    const server = await MeasuredProcess.start("web/serve-folder.ts", [join(folder, name), data]);
    return new ServedPage(join(folder, name), server);
  }

  get origin(): string {
    return this.#server.origin;
  }

  /** Bytes of a file of the page, by gzip at its best. */
  async gzBytes(url: string): Promise<number> {
    const content = await readFile(join(this.#folder, new URL(url).pathname));
    return gzipSync(content, { level: 9 }).length;
  }

  /** A worker's script, what it imports, once it runs too, and all that any of these import before they run. */
  async neededBy(worker: string): Promise<string[]> {
    const needed = [worker, ...(await this.#imported(worker, /\bimport\([`"](\.\/[^`"]+)[`"]\)/g))];
    for (const script of needed) {
      const imported = await this.#imported(script, /\bfrom\s*"(\.\/[^"]+)"/g);
      needed.push(...imported.filter((address) => !needed.includes(address)));
    }
    return needed;
  }

  async #imported(script: string, naming: RegExp): Promise<string[]> {
    const content = await readFile(join(this.#folder, new URL(script).pathname), "utf8");
    return [...content.matchAll(naming)].map(([, path = ""]) => new URL(path, script).toString());
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

/** What it prints is not the bench's answer. */
function run(program: string, args: readonly string[]): void {
  const env = { ...process.env, PATH: `${binaries}:${process.env["PATH"]}` };
  const { status } = spawnSync(program, args, { cwd: root, env, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed`);
}
