// Another revision of this repository in a folder of its own, ready to run: its own sources and contract, and what is
// installed here. It is a work tree of the same repository, and goes with `remove`.
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { outputOf } from "./steps.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export class OtherRevision {
  readonly folder: string;
  readonly #parent: string;

  private constructor(parent: string) {
    this.#parent = parent;
    this.folder = join(parent, "tree");
  }

  static async checkOut(revision: string): Promise<OtherRevision> {
    const parent = await mkdtemp(join(tmpdir(), "assent-revision-"));
    const other = new OtherRevision(parent);
    try {
      await outputOf("git", ["worktree", "add", "--detach", other.folder, revision], root);
      await other.#install();
      await outputOf(process.execPath, ["scripts/generate-contract.mjs"], other.folder);
    } catch (error) {
      await other.remove();
      throw error;
    }
    return other;
  }

  /** What is installed here, but its own packages in place of ours: they find each other by node_modules. */
  async #install(): Promise<void> {
    const [here, there] = [join(root, "node_modules"), join(this.folder, "node_modules")];
    await mkdir(there);
    const own = await this.#packages();
    const scopes = new Set([...own.keys()].map((name) => name.split("/")[0]));
    for (const entry of await readdir(here, { withFileTypes: true })) {
      // Files are marks of what was installed, which is not true there.
      if (entry.isFile() || scopes.has(entry.name)) continue;
      await symlink(join(here, entry.name), join(there, entry.name));
    }
    for (const [name, folder] of own) {
      const link = join(there, name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(folder, link);
    }
  }

  async #packages(): Promise<Map<string, string>> {
    const folder = join(this.folder, "packages");
    const packages = new Map<string, string>();
    for (const entry of await readdir(folder)) {
      const manifest = await readFile(join(folder, entry, "package.json"), "utf8");
      packages.set((JSON.parse(manifest) as { name: string }).name, join(folder, entry));
    }
    return packages;
  }

  async remove(): Promise<void> {
    await rm(this.#parent, { recursive: true, force: true });
    // Of what is not there any more.
    await outputOf("git", ["worktree", "prune"], root);
  }
}
