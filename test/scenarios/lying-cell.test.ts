// A service that lies about itself and about this phone: former or foreign keys, claims and receipts of somebody else, a
// past that never was, what became of a text. The phone believes what its cell's root key vouches for, and of itself its
// own signature alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadMls } from "@assent/client/node";
import {
  type DeletionResponse,
  DeletionResponseSchema,
  type GetParametersResponse,
  GetParametersResponseSchema,
  type LastRequest,
  LastRequestSchema,
  parseNumber,
  type Ready,
  randomBytes,
  type VerifyCodeResponse,
  VerifyCodeResponseSchema,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { MemoryPhone, phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { type Between, both, flipped, inboxSaying, lying, refusing } from "./lying-network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

const untrusted = { code: "service_untrusted" };

/** Answers parameters as they were heard elsewhere, or before. */
function parametersOf(given: Partial<GetParametersResponse>): Between {
  return lying("/GetParameters", GetParametersResponseSchema, (answer) => {
    Object.assign(answer, structuredClone(given));
  });
}

function heard(keep: (answer: GetParametersResponse) => void): Between {
  return lying("/GetParameters", GetParametersResponseSchema, (answer) =>
    keep(structuredClone(answer)),
  );
}

function ready(change: (ready: Ready) => void): Between {
  return inboxSaying((body) => {
    if (body.case === "ready") change(body.value);
  });
}

/** Says that there are later parameters, so that the phone asks for them. */
const sayingLater = ready((value) => {
  value.parametersSequence += 1n;
});

test("no former parameters or certificate, and none of another cell, is believed after later ones", async (context) => {
  const [server, foreign] = [await TestServer.start(context), await TestServer.start(context)];
  const [anna] = await phonesOn(server, [german]);
  assert.ok(anna);
  const now = async (at: MemoryPhone) => {
    let answer: GetParametersResponse | undefined;
    const network = both(
      sayingLater,
      heard((given) => {
        answer = given;
      }),
    );
    await at.events({ network });
    assert.ok(answer);
    return answer;
  };
  const first = await now(anna);
  await server.rotate("sealing");
  await anna.events();
  const second = await now(anna);
  const refused = async (given: Partial<GetParametersResponse>, what: string) => {
    const before = await anna.storedState();
    const { events, error } = await anna.receive({
      network: both(sayingLater, parametersOf(given)),
    });
    assert.equal((error as { code?: string } | undefined)?.code, "service_untrusted", what);
    assert.deepEqual(events, []);
    assert.deepEqual((await anna.storedState()).cell, before.cell, what);
  };
  await refused(first, "a former sequence");
  await server.rotate("online");
  await anna.events();
  const third = await now(anna);
  assert.notDeepEqual(third.certificate, second.certificate);
  await refused(first, "a former certificate");
  await refused(
    { certificate: second.certificate },
    "a former certificate with present parameters",
  );
  await refused(
    { parameters: second.parameters },
    "former parameters with the present certificate",
  );
  const [other] = await phonesOn(foreign, [french]);
  assert.ok(other);
  const elsewhere = await now(other);
  await refused(elsewhere, "another cell");
  await refused({ certificate: elsewhere.certificate }, "another cell's certificate");
  // The positive control: the same question, answered truly.
  await anna.events({ network: both(sayingLater, parametersOf(third)) });
});

test("false parameters and claims turn nothing on", async (context) => {
  const server = await TestServer.start(context);
  const mls = await loadMls();
  const [anna, ben] = [new MemoryPhone(german, mls), new MemoryPhone(french, mls)];
  const turnOn = (phone: MemoryPhone, network?: Between) =>
    phone.run(
      (profile) => profile.account.turnOn(phone.number, server.origin, ["service"]),
      network ? { network } : {},
    );
  const changed = lying("/GetParameters", GetParametersResponseSchema, ({ parameters }) => {
    if (parameters) parameters.encoded = flipped(parameters.encoded);
  });
  await assert.rejects(turnOn(anna, changed), untrusted);
  await turnOn(anna);
  await turnOn(ben);
  let bens: VerifyCodeResponse | undefined;
  const bensCode = await server.codeFor(french);
  const listening = lying("/VerifyCode", VerifyCodeResponseSchema, (answer) => {
    bens = structuredClone(answer);
  });
  await ben.run((profile) => profile.account.verify(bensCode), { network: listening });
  assert.ok(bens);
  const { claim, evaluation, certificate } = bens;
  const lies: Record<string, (answer: VerifyCodeResponse) => void> = {
    "a changed claim": (answer) => {
      if (answer.claim) answer.claim.encoded = flipped(answer.claim.encoded);
    },
    "nobody's signature": (answer) => {
      if (answer.claim) answer.claim.signature = randomBytes(64);
    },
    "another's claim, whole": (answer) => Object.assign(answer, { claim, evaluation, certificate }),
    "another's claim, with one's own evaluation": (answer) => Object.assign(answer, { claim }),
    "a changed proof": (answer) => {
      if (answer.evaluation) answer.evaluation.proof = flipped(answer.evaluation.proof);
    },
    "another's evaluation": (answer) => Object.assign(answer, { evaluation }),
    "no claim": (answer) => Object.assign(answer, { claim: undefined }),
    "no certificate": (answer) => Object.assign(answer, { certificate: undefined }),
    "a changed certificate": (answer) => {
      if (answer.certificate) answer.certificate.encoded = flipped(answer.certificate.encoded);
    },
  };
  // As many tries as one session has; another code begins another.
  const code = async () => {
    await turnOn(anna);
    return server.codeFor(german);
  };
  let typed = await code();
  let tries = 0;
  for (const [name, lie] of Object.entries(lies)) {
    const network = lying("/VerifyCode", VerifyCodeResponseSchema, lie);
    const verify = anna.run((profile) => profile.account.verify(typed), { network });
    await assert.rejects(verify, untrusted, name);
    assert.equal((await anna.run((profile) => profile.account.status())).phase, "verifying", name);
    tries += 1;
    if (tries % 4 === 0) typed = await code();
  }
  await anna.run((profile) => profile.account.verify(typed));
  assert.equal((await anna.run((profile) => profile.account.status())).phase, "on");
});

test("no receipt is kept that is not of this very request, or that no certificate vouches for", async (context) => {
  const server = await TestServer.start(context);
  const [ben] = await phonesOn(server, [french]);
  assert.ok(ben);
  let bens: DeletionResponse | undefined;
  const listening = lying("/DeleteAccount", DeletionResponseSchema, (answer) => {
    bens = structuredClone(answer);
  });
  await ben.run((profile) => profile.account.turnOff(), { network: listening });
  assert.ok(bens?.receipt && bens.certificate);
  const { receipt } = bens;
  const lies: Record<string, (answer: DeletionResponse) => void> = {
    "of another request": (answer) => Object.assign(answer, { receipt }),
    "without a certificate": (answer) => Object.assign(answer, { certificate: undefined }),
    changed: (answer) => {
      if (answer.receipt) answer.receipt.encoded = flipped(answer.receipt.encoded);
    },
    none: (answer) => Object.assign(answer, { receipt: undefined }),
  };
  for (const [name, lie] of Object.entries(lies)) {
    const [anna] = await phonesOn(server, [german]);
    assert.ok(anna);
    const network = lying("/DeleteAccount", DeletionResponseSchema, lie);
    await assert.rejects(
      anna.run((profile) => profile.account.turnOff(), { network }),
      untrusted,
      name,
    );
    assert.equal(await anna.run((profile) => profile.account.receipt()), undefined, name);
    // It is deleted there, and the service says no more of it than that.
    const left = await anna.run((profile) => profile.account.turnOff());
    assert.deepEqual(left, { kind: "gone", receipt: undefined }, name);
  }
  assert.ok(await ben.run((profile) => profile.account.receipt()), "the positive control");
});

test("that a phone was set back is believed to its own signature alone", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  let bens: LastRequest | undefined;
  const listening = ready(({ lastRequest }) => {
    bens = structuredClone(lastRequest);
  });
  await ben.events();
  await ben.events({ network: listening });
  assert.ok(bens);
  const later = 1_000_000n;
  const lies: Record<string, (own: LastRequest) => LastRequest> = {
    "a higher counter under the signature over a lower one": (own) => ({ ...own, counter: later }),
    "another's signature": () => ({ ...(bens as LastRequest), counter: later }),
    "nobody's signature": (own) => ({ ...own, counter: later, signature: randomBytes(64) }),
    "nothing but a counter": () => create(LastRequestSchema, { counter: later }),
  };
  for (const [name, lie] of Object.entries(lies)) {
    const before = await anna.storedState();
    let told = 0;
    const network = ready((value) => {
      if (!value.lastRequest) return;
      value.lastRequest = lie(value.lastRequest);
      told += 1;
    });
    await anna.events({ network });
    assert.equal(told, 1, name);
    const after = await anna.storedState();
    assert.equal(after.setBackAtMs, 0n, name);
    assert.ok(after.requestCounter - before.requestCounter < 10n, name);
  }
  // Nor to its word that this phone's counter is behind.
  const behind = refusing("/Evaluate", "counter_behind");
  await assert.rejects(
    anna.run((profile) => profile.people.check(french), { network: behind }),
    untrusted,
  );
  assert.equal((await anna.storedState()).setBackAtMs, 0n);
  const { route } = await anna.run((profile) => profile.people.check(french));
  assert.equal(route, "private");
});
