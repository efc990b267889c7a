// The SDK as others get it: packed, unpacked into projects of their own with nothing but what its manifest names, and
// used there on Node and in a browser, out of a bundler. Nothing is fetched.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { newContext, openBrowser } from "./browser.ts";
import { newPhones, TestServer } from "./network.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules/.bin");
const folder = await mkdtemp(join(tmpdir(), "assent-packed-"));
after(() => rm(folder, { recursive: true, force: true }));
run(process.execPath, [join(root, "scripts/pack-sdk.mjs"), join(folder, "tarballs")], root);
const packages = await Promise.all((await readdir(join(folder, "tarballs"))).map(unpack));

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
}

async function unpack(tarball: string) {
  const unpacked = join(folder, tarball.replace(/\.tgz$/, ""));
  await mkdir(unpacked);
  run("tar", ["xzf", join(folder, "tarballs", tarball), "-C", unpacked, "--strip", "1"], folder);
  return { name: (await manifestOf(unpacked)).name, unpacked };
}

async function manifestOf(project: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(project, "package.json"), "utf8"));
}

/** An example as somebody has it who installed it: its own folder, our packages, and the libraries they name. */
async function install(example: string): Promise<string> {
  const project = join(folder, example);
  await cp(join(root, "examples", example), project, { recursive: true });
  const modules = join(project, "node_modules");
  await mkdir(join(modules, "@assent"), { recursive: true });
  const { dependencies, devDependencies } = await manifestOf(project);
  const named = new Set(Object.keys({ ...dependencies, ...devDependencies }));
  for (const { name, unpacked } of packages) {
    await cp(unpacked, join(modules, name), { recursive: true });
    for (const library of Object.keys((await manifestOf(unpacked)).dependencies))
      named.add(library);
  }
  // Only for the check of the example's types.
  named.add("@types/node");
  for (const library of named) {
    if (library.startsWith("@assent/")) continue;
    await mkdir(join(modules, library, ".."), { recursive: true });
    await symlink(join(root, "node_modules", library), join(modules, library));
  }
  return project;
}

test("the packages hold what their doors name, with types, and no test", async () => {
  const names = packages.map(({ name }) => name);
  assert.deepEqual(names.sort(), ["@assent/client", "@assent/protocol"]);
  for (const { name, unpacked } of packages) {
    const files = await readdir(unpacked, { recursive: true });
    const { exports: doors } = await manifestOf(unpacked);
    for (const door of Object.values(doors)) {
      for (const file of Object.values(door)) assert.ok(files.includes(file.slice(2)), file);
    }
    const page = await readFile(join(unpacked, "README.md"), "utf8");
    const named = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, door = ""]) => door);
    assert.deepEqual(
      named.map((door) => door.replace(name, ".")).sort(),
      Object.keys(doors).sort(),
      `the doors that the README of ${name} names`,
    );
    assert.ok(files.includes("README.md") && files.includes("LICENSE"), name);
    const others = files.filter((file) => /\.test\.|for-tests|(?<!\.d)\.ts$/.test(file));
    assert.deepEqual(others, []);
    assert.ok(files.some((file) => file.endsWith(".js.map")));
  }
});

test("examples/echo-bot, on Node, answers what it is sent", async (context) => {
  const project = await install("echo-bot");
  run(join(binaries, "tsc"), ["--project", project], project);
  // Its own test, by the test kit of the packed SDK.
  run(process.execPath, ["--test"], project);
  const server = await TestServer.start(context);
  const [bot, anna] = await newPhones(context, "+4915123456789", "+33612345678");
  assert.ok(bot && anna);
  await bot.turnOn(server);
  await anna.turnOn(server);
  const running = spawn(process.execPath, ["echo-bot.ts", bot.folder], { cwd: project });
  context.after(() => running.kill("SIGKILL"));
  const errors: string[] = [];
  running.stderr.on("data", (part: Buffer) => errors.push(part.toString()));
  for await (const line of createInterface({ input: running.stdout })) {
    if (line === "Connected.") break;
  }
  await anna.send(bot.number, "Is anybody there?");
  const listening = anna.start(["receive", "--follow"]);
  context.after(() => listening.kill("SIGKILL"));
  for await (const line of createInterface({ input: listening.stdout })) {
    const event = JSON.parse(line);
    if (event.type !== "message") continue;
    assert.equal(event.text, "Is anybody there?");
    break;
  }
  const askedAt = performance.now();
  running.kill("SIGTERM");
  const [code] = await once(running, "exit");
  assert.deepEqual([code, errors.join("")], [0, ""]);
  // A closed profile keeps no program: its longest timers run for a minute and more.
  assert.ok(performance.now() - askedAt < 30_000);
});

test("examples/web-worker, built by Vite, opens a phone in a browser", async (context) => {
  const project = await install("web-worker");
  run(join(binaries, "tsc"), ["--project", project], project);
  run(join(binaries, "vite"), ["build", "--logLevel", "error"], project);
  const served = createServer(async (request, response) => {
    const path = request.url === "/" ? "/index.html" : (request.url ?? "");
    const type = { ".html": "text/html", ".js": "text/javascript" }[extname(path)] ?? "";
    try {
      response.setHeader("content-type", type).end(await readFile(join(project, "dist", path)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => served.listen(0, "127.0.0.1", resolve));
  context.after(() => served.close());
  const page = await (await newContext(context, await openBrowser())).newPage();
  await page.goto(`http://127.0.0.1:${(served.address() as AddressInfo).port}/`);
  const status = page.getByRole("status");
  await status.filter({ hasText: "Private messages are off." }).waitFor();
  await page.getByLabel("Your number").fill("0044 20 7946 0991");
  await page.getByRole("button").click();
  await status.filter({ hasText: "+44 20 7946 0991 can be turned on." }).waitFor();
});

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
}
