// Durable texts of 1 KB through the relay alone: pairs of sockets, 8 outstanding each, counted when the sender
// was told it is stored and the recipient's acknowledgement is done. Beside it, a bare echo of the same frames.
import {
  makePhoneAt,
  openSocket,
  openTakingInbox,
  socketUrl,
  type TakingInbox,
  turnOn,
} from "@assent/bare-phone";
import {
  envelopeIdOf,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  PutOutcome,
  randomBytes,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Bench, benchNumber, type Figure, firstNumber, inParallel } from "./scale.ts";
import { MeasuredProcess } from "./server-process.ts";

const outstanding = 8;
const bodyBytes = 1_024;
const capabilityBytes = 82;

function putFrame(request: number, capability: Uint8Array): Uint8Array {
  const put = {
    request,
    capability,
    envelopeId: envelopeIdOf(randomBytes(32)),
    body: randomBytes(bodyBytes),
  };
  return toBinary(OutboxRequestSchema, create(OutboxRequestSchema, { puts: [put] }));
}

export async function measureEcho({ scale }: Bench): Promise<Figure[]> {
  const reference = await MeasuredProcess.start("echo-reference.ts", []);
  const perPair = Math.ceil(scale.texts / scale.pairs);
  const frame = putFrame(1, randomBytes(capabilityBytes));
  const sockets = await inParallel(scale.pairs, 20, () => openSocket(reference.origin));
  const cpuBefore = await reference.cpuSeconds();
  const start = performance.now();
  await Promise.all(
    sockets.map((socket) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let answered = 0;
      socket.on("message", () => {
        answered += 1;
        if (answered + outstanding <= perPair) socket.send(frame);
        if (answered === perPair) resolve();
      });
      for (let count = 0; count < Math.min(outstanding, perPair); count += 1) socket.send(frame);
      return promise;
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  const cpu = (await reference.cpuSeconds()) - cpuBefore;
  for (const socket of sockets) socket.terminate();
  await reference.stop();
  const texts = perPair * scale.pairs;
  return [
    {
      name: "reference: bare ws echo of the same frames",
      value: texts / seconds,
      unit: "frames/s",
    },
    { name: "reference: CPU for 100,000 frames", value: (cpu / texts) * 100_000, unit: "s" },
  ];
}

interface Pair {
  readonly capability: Uint8Array;
  readonly inbox: TakingInbox;
  readonly outbox: Awaited<ReturnType<typeof openSocket>>;
  received: number;
}

export async function measureRelay(bench: Bench): Promise<Figure[]> {
  const { scale, server, cell, progress } = bench;
  const perPair = Math.ceil(scale.texts / scale.pairs);
  const done = new Map<Pair, () => void>();
  const pairs = await inParallel(scale.pairs, 8, async (index) => {
    if (index % 50 === 0) progress(`  pair ${index} of ${scale.pairs}`);
    const phone = await makePhoneAt(cell, benchNumber(firstNumber.relay + index));
    await turnOn(cell, phone);
    const pair = { received: 0 } as { -readonly [K in keyof Pair]: Pair[K] };
    pair.inbox = await openTakingInbox(cell, phone, (envelopes) => {
      pair.received += envelopes.length;
      if (pair.received === perPair) done.get(pair)?.();
    });
    pair.capability = await pair.inbox.mint();
    pair.outbox = await openSocket(socketUrl(cell, "/outbox"));
    return pair as Pair;
  });
  const cpuBefore = await server.cpuSeconds();
  const start = performance.now();
  await Promise.all(pairs.map((pair) => run(pair, perPair, done)));
  const seconds = (performance.now() - start) / 1_000;
  const cpu = (await server.cpuSeconds()) - cpuBefore;
  for (const { inbox, outbox } of pairs) {
    inbox.close();
    outbox.terminate();
  }
  const texts = perPair * scale.pairs;
  return [
    {
      name: "relay: durable texts of 1 KB, put, delivered, acknowledged",
      value: texts / seconds,
      unit: "texts/s",
    },
    {
      name: "relay: server CPU for 100,000 texts",
      value: (cpu / texts) * 100_000,
      unit: "s",
      reach: "≤ 4",
    },
  ];
}

async function run(pair: Pair, perPair: number, done: Map<Pair, () => void>): Promise<void> {
  const allReceived = new Promise<void>((resolve) => done.set(pair, resolve));
  const allStored = Promise.withResolvers<void>();
  let sent = 0;
  let stored = 0;
  const send = () => {
    sent += 1;
    pair.outbox.send(putFrame(sent, pair.capability));
  };
  pair.outbox.on("message", (data: Buffer) => {
    const answer = fromBinary(OutboxAnswerSchema, data);
    if (answer.errors.length > 0) allStored.reject(new Error(answer.errors[0]?.code));
    for (const { outcome } of answer.putResults) {
      if (outcome !== PutOutcome.STORED) allStored.reject(new Error("not stored"));
      stored += 1;
      if (sent < perPair) send();
      if (stored === perPair) allStored.resolve();
    }
  });
  while (sent < Math.min(outstanding, perPair)) send();
  await Promise.race([Promise.all([allStored.promise, allReceived]), pair.inbox.failed]);
}
