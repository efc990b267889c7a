// For tests only: a browser maker's push service on this machine, by TLS, under a certificate of its own making. Keeps what it
// is given, and answers as it is told.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

export interface PushForTests {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type AnswerPush = (response: ServerResponse) => void;

const taken: AnswerPush = (response) => void response.writeHead(201).end();

export interface PushServiceForTests {
  /** Such as "localhost:4711". */
  readonly host: string;
  readonly port: number;
  /** What believes its certificate: for localhost and push.example. */
  readonly ca: string;
  readonly pushes: readonly PushForTests[];
  readonly connections: number;
  answer: AnswerPush;
  /** Resolves when the next connection was closed. */
  nextClosed(): Promise<void>;
  /** Resolves with the push of this number, from 1. */
  push(number: number): Promise<PushForTests>;
}

export async function startPushService(context: {
  after(end: () => unknown): void;
}): Promise<PushServiceForTests> {
  const { key, cert } = makeCertificate();
  const pushes: PushForTests[] = [];
  const waiting = new Set<() => void>();
  const closed: (() => void)[] = [];
  let connections = 0;
  const server = createServer({ key, cert }, (request, response) => {
    assert.equal(request.method, "POST");
    void buffer(request).then((body) => {
      pushes.push({ path: request.url ?? "", headers: request.headers, body });
      service.answer(response);
      for (const look of waiting) look();
    });
  });
  server.on("connection", (socket) => {
    connections += 1;
    socket.once("close", () => {
      for (const tell of closed.splice(0)) tell();
    });
  });
  // Who ends a connection that is quiet is the other side's to say.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const service: PushServiceForTests = {
    host: `localhost:${port}`,
    port,
    ca: cert,
    pushes,
    get connections() {
      return connections;
    },
    answer: taken,
    nextClosed: () => new Promise((resolve) => closed.push(resolve)),
    push(number) {
      return new Promise((resolve) => {
        const look = () => {
          const push = pushes[number - 1];
          if (!push) return;
          waiting.delete(look);
          resolve(push);
        };
        waiting.add(look);
        look();
      });
    },
  };
  return service;
}

function makeCertificate(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), "assent-push-service-"));
  try {
    const [keyFile, certFile] = [join(folder, "key"), join(folder, "cert")];
    const keys = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const names = "subjectAltName=DNS:localhost,DNS:push.example,IP:127.0.0.1";
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", ...keys, "-keyout", keyFile, "-out", certFile, "-days", "2"],
        ...["-subj", "/CN=a push service of tests", "-addext", names],
      ],
      { stdio: "ignore" },
    );
    return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
