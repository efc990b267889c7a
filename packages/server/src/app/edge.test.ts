// The Messaging app as a browser gets it: what is served, how long it may be kept, under which policy, and who sees the
// demo.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { type ServerForTests, startTestServer } from "../server-for-tests.ts";

const script = "console.log('assent');".repeat(100);
const files = {
  "index.html": "<!doctype html><title>Assent</title>",
  "demo.html": "<!doctype html><title>Two phones</title>",
  "service-worker.js": "self.oninstall = () => {};",
  "manifest.webmanifest": '{"name":"Assent"}',
  "assets/app-Bq3x.js": script,
  "assets/app-Bq3x.js.br": brotliCompressSync(script),
  "assets/app-Bq3x.js.gz": gzipSync(script),
  "icons/assent.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
  "demo.html.br": brotliCompressSync("<!doctype html><title>Two phones</title>"),
  ".made-from": "0123",
};

const policy = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "font-src 'none'",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types assent",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

test("every file comes under the policy, with its type and its time to be kept", async (context) => {
  const server = await serverWithApp(context);
  const expected = {
    "/": ["index.html", "text/html; charset=utf-8", "no-cache"],
    "/service-worker.js": [
      "service-worker.js",
      "application/javascript; charset=utf-8",
      "no-cache",
    ],
    "/manifest.webmanifest": ["manifest.webmanifest", "application/manifest+json", "no-cache"],
    "/icons/assent.svg": ["icons/assent.svg", "image/svg+xml", "no-cache"],
    "/assets/app-Bq3x.js": [
      "assets/app-Bq3x.js",
      "application/javascript; charset=utf-8",
      "public, max-age=31536000, immutable",
    ],
  } as const;
  for (const [path, [file, type, caching]] of Object.entries(expected)) {
    const { status, headers, body } = await get(server, path);
    assert.equal(status, 200, path);
    assert.equal(body.toString(), files[file]);
    assert.equal(headers["content-type"], type);
    assert.equal(headers["cache-control"], caching);
    assert.equal(headers.vary, "accept-encoding");
    assert.partialDeepStrictEqual(headers, policy);
    const denied = String(headers["permissions-policy"]);
    for (const feature of ["geolocation", "microphone", "payment", "usb"])
      assert.match(denied, new RegExp(`\\b${feature}=\\(\\)`));
    for (const feature of ["camera", "publickey-credentials-create", "publickey-credentials-get"])
      assert.match(denied, new RegExp(`(^|, )${feature}=\\(self\\)`));
  }
});

test("what did not change is not sent again, and its policy is", async (context) => {
  const server = await serverWithApp(context);
  for (const path of ["/", "/service-worker.js", "/manifest.webmanifest"]) {
    const { etag } = (await get(server, path)).headers;
    assert.ok(etag);
    const again = await get(server, path, { "if-none-match": etag });
    assert.equal(again.status, 304);
    assert.equal(again.body.length, 0);
    assert.partialDeepStrictEqual(again.headers, policy);
    assert.equal((await get(server, path, { "if-none-match": '"other"' })).status, 200);
  }
});

test("what the build compressed goes out compressed to whoever takes it", async (context) => {
  const server = await serverWithApp(context);
  const path = "/assets/app-Bq3x.js";
  const asked = (encodings: string) => get(server, path, { "accept-encoding": encodings });
  const brotli = await asked("gzip, deflate, br");
  assert.equal(brotli.headers["content-encoding"], "br");
  assert.equal(brotli.headers["content-type"], "application/javascript; charset=utf-8");
  assert.equal(brotliDecompressSync(brotli.body).toString(), script);
  const gzip = await asked("gzip");
  assert.equal(gzip.headers["content-encoding"], "gzip");
  assert.equal(gunzipSync(gzip.body).toString(), script);
  assert.notEqual(gzip.headers.etag, brotli.headers.etag);
  // Not compressed by the build, so not at all.
  const page = await get(server, "/", { "accept-encoding": "br" });
  assert.equal(page.headers["content-encoding"], undefined);
});

test("nothing else is served: no folder, no hidden file, nothing beside the app", async (context) => {
  const server = await serverWithApp(context);
  const paths = [
    ...["/other", "/index", "/assets", "/assets/", "/icons/", "/.made-from", "/assets/.hidden"],
    ...["/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"],
    ...["/assets/%2e%2e/%2e%2e/secret.txt", "/..%5csecret.txt", "//secret.txt", "/%2emade-from"],
    ...["/%00", "/%zz", `/${"a".repeat(5_000)}`, "/demo.html", "/demo%2ehtml", "/./demo.html"],
    ...["/demo.html.br", "/demo.html.gz", "/assets/app-Bq3x.js.br"],
  ];
  for (const path of paths) {
    const { status, body } = await get(server, path);
    assert.ok([400, 403, 404].includes(status), `${path} is answered ${status}`);
    assert.equal(body.length, 0, path);
  }
  const compressed = await get(server, "/demo.html", { "accept-encoding": "br" });
  assert.equal(compressed.status, 404);
  const posted = await get(server, "/", {}, "POST");
  assert.equal(posted.status, 404);
  assert.doesNotMatch(server.log.join(""), /secret|demo\.html|a request failed/);
});

test("answers that are not the app's are kept by nobody", async (context) => {
  const server = await serverWithApp(context);
  for (const path of ["/health", "/other"])
    assert.equal((await get(server, path)).headers["cache-control"], "no-store");
});

test("the demo is for this machine, and may show its two phones", async (context) => {
  const server = await serverWithApp(context);
  for (const [host, port] of [
    ["assent.localhost:8080", ":8080"],
    ["127.0.0.1:8080", ":8080"],
    ["localhost", ""],
  ] as const) {
    const { status, headers, body } = await get(server, "/demo", { host });
    assert.equal(status, 200);
    assert.equal(body.toString(), files["demo.html"]);
    assert.equal(headers["cache-control"], "no-cache");
    assert.equal(
      headers["content-security-policy"],
      policy["content-security-policy"].replace(
        "frame-src 'none'",
        `frame-src http://anna.assent.localhost${port} http://ben.assent.localhost${port}`,
      ),
    );
  }
  const refused: Record<string, string>[] = [
    { host: "assent.example" },
    { host: "anna.assent.localhost:8080" },
    { host: "127.0.0.1:8080", "x-forwarded-for": "192.0.2.1" },
  ];
  for (const headers of refused) assert.equal((await get(server, "/demo", headers)).status, 404);
  const shown = `http://assent.localhost:${portOf(server)}/demo`;
  assert.ok(server.log.join("").includes(shown));
});

test("a browser is sent on to the one name under which the demo can show its phones", async (context) => {
  const server = await serverWithApp(context);
  const visit = (host: string) =>
    get(server, "/demo", { host, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" });
  const { status, headers } = await visit("127.0.0.1:8080");
  assert.equal(status, 302);
  assert.equal(headers.location, "http://assent.localhost:8080/demo");
  assert.equal(headers["cache-control"], "no-store");
  assert.equal((await visit("assent.localhost:8080")).status, 200);
  assert.equal((await visit("assent.example")).status, 404);
});

test("a phone of the demo may be framed by the demo, any other by nobody", async (context) => {
  const server = await serverWithApp(context);
  const policyAt = async (host: string) =>
    (await get(server, "/", { host })).headers["content-security-policy"];
  for (const [host, port] of [
    ["anna.assent.localhost:8080", ":8080"],
    ["BEN.assent.localhost:1", ":1"],
    ["ben.assent.localhost", ""],
  ] as const)
    assert.equal(
      await policyAt(host),
      policy["content-security-policy"].replace(
        "frame-ancestors 'none'",
        `frame-ancestors http://assent.localhost${port}`,
      ),
    );
  for (const host of [
    ...["127.0.0.1:8080", "assent.example", "assent.localhost:80", "carl.assent.localhost:80"],
    ...["anna.assent.localhost.example", "anna.localhost:8080", "x.anna.assent.localhost"],
  ])
    assert.equal(await policyAt(host), policy["content-security-policy"], host);
});

test("without the fake transport there is no demo, and no phone of one", async (context) => {
  const server = await serverWithApp(context, "console");
  assert.equal((await get(server, "/")).status, 200);
  assert.equal((await get(server, "/demo")).status, 404);
  assert.partialDeepStrictEqual(
    (await get(server, "/", { host: "anna.assent.localhost:80" })).headers,
    policy,
  );
  assert.doesNotMatch(server.log.join(""), /\/demo/);
});

test("where no app is built the service says so once, and serves", async (context) => {
  const folder = await temporaryFolder(context);
  const server = await startTestServer(context, { appDirectory: join(folder, "dist") });
  for (const path of ["/", "/demo", "/assets/app-Bq3x.js"])
    assert.equal((await get(server, path)).status, 404);
  assert.equal((await get(server, "/health")).status, 200);
  assert.equal(server.log.filter((line) => line.includes("npm run build")).length, 1);
});

async function serverWithApp(context: TestContext, sms = "fake"): Promise<ServerForTests> {
  const folder = await temporaryFolder(context);
  const appDirectory = join(folder, "dist");
  for (const part of ["assets", "icons"])
    await mkdir(join(appDirectory, part), { recursive: true });
  for (const [name, content] of Object.entries(files))
    await writeFile(join(appDirectory, name), content);
  await writeFile(join(appDirectory, "assets/.hidden"), "hidden");
  await writeFile(join(folder, "secret.txt"), "secret");
  return startTestServer(context, { appDirectory, sms });
}

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-app-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Not by fetch, which would tidy the path, choose the host and unpack the body. */
function get(
  server: ServerForTests,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: portOf(server), path, method, headers };
    request(options, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const { statusCode: status = 0, headers } = answer;
        resolve({ status, headers, body: Buffer.concat(parts) });
      });
    })
      .on("error", reject)
      .end();
  });
}

function portOf(server: ServerForTests): string {
  return new URL(server.origin).port;
}
