// SMPP by TLS, with certificates that openssl made: only the SMSC that the name is of is let have a password, a number or a
// code.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
} from "node:tls";
import { parseNumber } from "@assent/protocol";
import { afterOnThisMachine } from "../../packages/server/src/after.ts";
import { quotas } from "../../packages/server/src/limits/quotas.ts";
import { connectToSmsc } from "../../packages/server/src/sms/smpp/connect.ts";
import { createSmppSms, senderName } from "../../packages/server/src/sms/smpp/smpp.ts";
import {
  createTestSmsc,
  type TestSmsc,
} from "../../packages/server/src/sms/smpp/smsc-for-tests.ts";
import { missingForTls } from "../../scripts/debian-packages.mjs";

const to = parseNumber("+4915123456789");

describe("SMPP by TLS", () => {
  const missing = missingForTls().join(" ");
  const skip =
    missing !== "" && `needs what this machine does not have: sudo apt-get install ${missing}`;
  let folder = "";

  before(() => {
    if (skip) return;
    folder = mkdtempSync(join(tmpdir(), "assent-tls-"));
    for (const authority of ["known", "unknown"]) makeAuthority(folder, authority);
    makeCertificate(folder, "good", "known", "DNS:localhost,IP:127.0.0.1", "1");
    makeCertificate(folder, "of another name", "known", "DNS:smsc.example", "1");
    makeCertificate(folder, "of another address", "known", "IP:127.0.0.2", "1");
    makeCertificate(folder, "expired", "known", "DNS:localhost,IP:127.0.0.1", "-1");
    makeCertificate(folder, "of nobody known", "unknown", "DNS:localhost,IP:127.0.0.1", "1");
    const known = readFileSync(join(folder, "known.crt"), "utf8");
    setDefaultCACertificates([...getCACertificates("default"), known]);
  });

  after(() => {
    if (!skip) rmSync(folder, { recursive: true });
  });

  /** An SMSC with a certificate, and what came to it. */
  async function startSmsc(context: TestContext, certificate: string) {
    const smscs: TestSmsc[] = [];
    const server = createTlsServer({
      key: readFileSync(join(folder, `${certificate}.key`)),
      cert: readFileSync(join(folder, `${certificate}.crt`)),
    });
    server.on("secureConnection", (socket) => smscs.push(createTestSmsc(socket)));
    return { port: await listening(context, server), smscs };
  }

  /** @param patienceMs so long an SMS waits for a session. */
  async function sendTo(context: TestContext, host: string, port: number, patienceMs: number) {
    const trouble = Promise.withResolvers<string>();
    const sms = createSmppSms({
      connect: (closing) => connectToSmsc({ host, port, withTls: true }, 2_000, closing),
      bind: { systemId: "app", password: "secret12", systemType: "" },
      source: senderName("Assent"),
      quotas: { ...quotas.sms.smpp, patienceMs },
      now: Date.now,
      after: afterOnThisMachine,
      random: Math.random,
      reported: () => undefined,
      received: async () => undefined,
      trouble: trouble.resolve,
    });
    context.after(() => sms.close());
    const sent = sms.send({ key: "a", to, text: "Code 123456", validForSeconds: 60 });
    return { kind: (await sent).kind, trouble: trouble.promise };
  }

  test("the SMSC of the name, or of the address, gets the code", { skip }, async (context) => {
    for (const host of ["localhost", "127.0.0.1"]) {
      const { port, smscs } = await startSmsc(context, "good");
      const { kind } = await sendTo(context, host, port, 10_000);
      assert.equal(kind, "accepted", host);
      assert.equal(smscs[0]?.submitted[0]?.content.toString("latin1"), "Code 123456");
    }
  });

  for (const certificate of [
    "of another name",
    "of another address",
    "expired",
    "of nobody known",
  ]) {
    test(`one whose certificate is ${certificate} gets nothing`, { skip }, async (context) => {
      const { port, smscs } = await startSmsc(context, certificate);
      const host = certificate === "of another address" ? "127.0.0.1" : "localhost";
      const { kind, trouble } = await sendTo(context, host, port, 100);
      assert.equal(kind, "unavailable");
      assert.equal(await trouble, "unreachable");
      assert.ok(smscs.every(({ commands }) => commands.length === 0));
    });
  }

  test("one without TLS, or that says nothing, gets nothing", { skip }, async (context) => {
    for (const says of ["not TLS at all\r\n", ""]) {
      const got: Buffer[] = [];
      const spokenTo = Promise.withResolvers<void>();
      const server = createTcpServer((socket) => {
        socket.on("error", () => undefined);
        socket.on("data", (octets: Buffer) => {
          got.push(octets);
          spokenTo.resolve();
        });
        socket.write(says);
        context.after(() => socket.destroy());
      });
      const port = await listening(context, server);
      const { kind, trouble } = await sendTo(context, "localhost", port, 100);
      assert.equal(kind, "unavailable");
      assert.equal(await trouble, "unreachable");
      // What it said may be read here after it gave up.
      await spokenTo.promise;
      assert.doesNotMatch(Buffer.concat(got).toString("latin1"), /secret12|15123456789|123456/);
    }
  });
});

async function listening(context: TestContext, server: Server): Promise<number> {
  server.on("connection", (socket) => context.after(() => socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

function makeAuthority(folder: string, name: string): void {
  openssl(
    folder,
    "req",
    "-x509",
    ...newKey(name),
    "-out",
    `${name}.crt`,
    "-days",
    "1",
    "-subj",
    `/CN=${name}`,
  );
}

function makeCertificate(
  folder: string,
  name: string,
  authority: string,
  names: string,
  days: string,
): void {
  openssl(folder, "req", ...newKey(name), "-out", `${name}.csr`, "-subj", "/CN=smsc");
  writeFileSync(join(folder, "names"), `subjectAltName=${names}\n`);
  const by = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
  openssl(
    folder,
    "x509",
    "-req",
    "-in",
    `${name}.csr`,
    ...by,
    "-days",
    days,
    "-extfile",
    "names",
    "-out",
    `${name}.crt`,
  );
}

function newKey(name: string): string[] {
  return [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    `${name}.key`,
  ];
}

function openssl(folder: string, ...args: readonly string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
}
