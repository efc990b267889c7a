// SMS through an SMSC that answers late, twice, never or with no: each goes out once, or says honestly that it did not,
// or that nobody can know.
import assert from "node:assert/strict";
import { test } from "node:test";
import { anna, startSmpp } from "./smpp-for-tests.ts";
import { pdu } from "./smsc-for-tests.ts";

test("an SMS goes out once, with its sender, its validity and its text", async (context) => {
  const { send, last } = startSmpp(context);
  assert.deepEqual(await Promise.all([send("a"), send("a"), send("b", "ничего", anna)]), [
    "accepted",
    "accepted",
    "accepted",
  ]);
  assert.equal(await send("a"), "accepted");
  const [first, second, ...others] = last().submitted;
  assert.deepEqual(others, []);
  assert.equal(first?.source, "Assent");
  assert.equal(first.destination, "4915123456789");
  assert.equal(first.validity, "000000001000000R");
  assert.equal(first.content.toString("latin1"), "Your code is 123456");
  assert.equal(first.dataCoding, 0);
  assert.equal(second?.destination, "4915123456780");
  assert.equal(second.dataCoding, 8);
  assert.equal(second.content.swap16().toString("utf16le"), "ничего");
});

test("it binds as SMPP 3.4 has it, and understands what comes one octet at a time", async (context) => {
  const { send, last } = startSmpp(context, (smsc) => {
    smsc.inPieces = true;
  });
  assert.equal(await send("a"), "accepted");
  assert.deepEqual(last().bound, {
    systemId: "assent",
    password: "secret12",
    systemType: "",
    version: 0x34,
  });
});

test("what is refused is not tried again", async (context) => {
  const { send, last } = startSmpp(context, (smsc) => {
    smsc.onSubmit = (sms) => smsc.refuse(sms, 0x0b);
  });
  assert.equal(await send("a"), "refused");
  assert.equal(last().submitted.length, 1);
});

test("a wrong password: unavailable soon, and tried less and less often", async (context) => {
  const { send, pass, smscs, troubles } = startSmpp(context, (smsc) => {
    smsc.bindStatus = 14;
  });
  const sent = send("a");
  await pass(500);
  assert.equal(await sent, "unavailable");
  assert.deepEqual(new Set(troubles), new Set(["not-let-in"]));
  const before = smscs.length;
  await pass(9_000);
  assert.ok(smscs.length > before && smscs.length < 12, `${smscs.length} binds`);
});

test("an SMSC that says nothing to a bind is left, and tried again", async (context) => {
  let isSilent = true;
  const { send, pass, troubles } = startSmpp(context, (smsc) => {
    smsc.bindStatus = isSilent ? "silent" : 0;
  });
  const first = send("a");
  await pass(1_000);
  assert.equal(await first, "unavailable");
  assert.deepEqual(troubles, ["unreachable"]);
  isSilent = false;
  const second = send("b");
  await pass(200);
  assert.equal(await second, "accepted");
});

test("where the SMSC wants fewer at a time, the SMS waits and goes out once", async (context) => {
  let refusals = 2;
  const { send, pass, last } = startSmpp(context, (smsc) => {
    smsc.onSubmit = (sms) => {
      refusals -= 1;
      if (refusals < 0) smsc.accept(sms, "7");
      else smsc.refuse(sms, refusals === 1 ? 0x58 : 0x14);
    };
  });
  const sent = send("a");
  await pass(400);
  assert.equal(await sent, "accepted");
  assert.equal(last().submitted.length, 3);
});

test("where it wants fewer for too long, the SMS is unavailable", async (context) => {
  const { send, pass } = startSmpp(context, (smsc) => {
    smsc.onSubmit = (sms) => smsc.refuse(sms, 0x58);
  });
  const sent = send("a");
  await pass(400);
  assert.equal(await sent, "unavailable");
});

test("one without an answer may be on its way: it is never submitted again", async (context) => {
  for (const happens of ["silent", "dropped"] as const) {
    const { send, pass, smscs } = startSmpp(context, (smsc) => {
      smsc.onSubmit = () => {
        if (happens === "dropped") smsc.drop();
      };
    });
    const sent = send("a");
    await pass(5_000);
    assert.equal(await sent, "unknown", happens);
    assert.equal(smscs.flatMap(({ submitted }) => submitted).length, 1, happens);
    assert.ok(smscs.length > 1, "and a new session stands");
    for (const smsc of smscs) smsc.onSubmit = (sms) => smsc.accept(sms, "1");
    const other = send("b");
    await pass(100);
    assert.equal(await other, "accepted", happens);
  }
});

test("no more than the window are under way, and the others keep their order", async (context) => {
  const { send, pass, last } = startSmpp(context, (smsc) => {
    smsc.onSubmit = () => undefined;
  });
  const sent = ["a", "b", "c", "d"].map((key) => send(key, key));
  await pass(100);
  const texts = () => last().submitted.map(({ content }) => content.toString());
  assert.deepEqual(texts(), ["a", "b"]);
  for (let index = 0; index < 4; index++) {
    const sms = last().submitted[index];
    assert.ok(sms);
    last().accept(sms, String(index));
    await pass(1);
  }
  assert.deepEqual(texts(), ["a", "b", "c", "d"]);
  assert.deepEqual(await Promise.all(sent), Array(4).fill("accepted"));
});

test("a session that fell silent is noticed by its beat, and replaced", async (context) => {
  const { send, pass, smscs, last, troubles } = startSmpp(context);
  assert.equal(await send("a"), "accepted");
  let enquiries = 0;
  last().onEnquire = () => {
    enquiries += 1;
  };
  await pass(35_000);
  assert.ok(enquiries >= 3, "the beat goes on while it is answered");
  assert.equal(smscs.length, 1);
  last().bindStatus = "silent";
  await pass(13_000);
  assert.deepEqual(troubles, ["lost"]);
  assert.equal(smscs.length, 2);
});

test("what is no PDU ends the session, and a new one stands", async (context) => {
  for (const octets of [
    Buffer.from("HTTP/1.1 400 Bad Request\r\n"),
    Buffer.alloc(20),
    Buffer.of(0, 0, 0, 8, 0, 0, 0, 0),
    pdu(5, 0, 1, Buffer.from("cut short")),
  ]) {
    const { send, pass, smscs, last } = startSmpp(context);
    assert.equal(await send("a"), "accepted");
    last().send(octets);
    await pass(200);
    assert.equal(smscs.length, 2);
    assert.equal(await send("b"), "accepted");
  }
});

test("the SMSC's own requests are answered, unknown ones too", async (context) => {
  const { send, pass, last } = startSmpp(context);
  assert.equal(await send("a"), "accepted");
  const { commands } = last();
  const before = commands.length;
  last().send(pdu(0x15, 0, 77, Buffer.alloc(0)));
  last().send(pdu(0x102, 0, 78, Buffer.alloc(0)));
  last().deliver("4915100000000", "STOP");
  await pass(1);
  assert.deepEqual(commands.slice(before), [0x8000_0015, 0x8000_0000, 0x8000_0005]);
});

test("of a long text that broke off nobody says that none went out", async (context) => {
  const { send, pass, reachable } = startSmpp(context, (smsc) => {
    smsc.onSubmit = (sms) => {
      if (smsc.submitted.length === 1) smsc.accept(sms, "1");
      else smsc.refuse(sms, 0x58);
    };
  });
  const sent = send("a", "x".repeat(400));
  await pass(1_000);
  assert.equal(await sent, "unknown");
  reachable(false);
});

test("closing waits for what is under way, and unbinds", async (context) => {
  const { send, pass, left, last, close } = startSmpp(context, (smsc) => {
    smsc.onSubmit = () => undefined;
  });
  const sent = send("a");
  await pass(1);
  assert.ok(left() > 0);
  const closing = close();
  await pass(1);
  const [sms] = last().submitted;
  assert.ok(sms);
  assert.ok(!last().commands.includes(6));
  last().accept(sms, "1");
  await pass(1);
  assert.equal(await sent, "accepted");
  await closing;
  assert.equal(last().commands.at(-1), 6);
  assert.equal(await send("b"), "unavailable");
  assert.equal(left(), 0, "nothing keeps the process from ending");
});

test("closing, it gives up what nobody answers, and submits no more", async (context) => {
  const { send, pass, left, last, close, smscs } = startSmpp(context, (smsc) => {
    smsc.onSubmit = () => undefined;
  });
  const sent = [send("a"), send("b"), send("c")];
  await pass(1);
  // The third waits for its place in a window of two.
  assert.equal(last().submitted.length, 2);
  const closing = close();
  await pass(1_000);
  assert.deepEqual(await Promise.all(sent), ["unknown", "unknown", "unavailable"]);
  await closing;
  assert.equal(last().submitted.length, 2);
  assert.equal(smscs.length, 1);
  assert.equal(left(), 0);
});

test("closing, it ends a pause, and waits for no bind", async (context) => {
  const throttled = startSmpp(context, (smsc) => {
    smsc.onSubmit = (sms) => smsc.refuse(sms, 0x58);
  });
  const silent = startSmpp(context, (smsc) => {
    smsc.bindStatus = "silent";
  });
  for (const { send, pass, left, close, last } of [throttled, silent]) {
    const sent = send("a");
    await pass(1);
    assert.equal(last().commands.length, last().submitted.length + 1);
    await close();
    assert.equal(await sent, "unavailable");
    assert.equal(left(), 0);
  }
  assert.deepEqual([throttled.last().submitted.length, silent.last().submitted.length], [1, 0]);
});

test("closing where nobody is there ends at once", async (context) => {
  const { pass, close, reachable, send } = startSmpp(context);
  reachable(false);
  await pass(50);
  await close();
  assert.equal(await send("a"), "unavailable");
});

test("a delivery is answered with its one octet, also where it is not taken", async (context) => {
  const { send, pass, last, taking, received } = startSmpp(context);
  assert.equal(await send("a"), "accepted");
  taking(false);
  last().deliver("4915100000000", "STOP");
  await pass(1);
  taking(true);
  last().deliver("4915100000000", "STOP");
  await pass(1);
  assert.deepEqual(last().deliveryAnswers, [
    [8, Buffer.of(0)],
    [0, Buffer.of(0)],
  ]);
  assert.equal(received.length, 1);
});

test("an answer that comes twice, or to nothing, changes nothing", async (context) => {
  const { send, pass, last, smscs } = startSmpp(context, (smsc) => {
    smsc.onSubmit = (sms) => {
      smsc.accept(sms, "1");
      smsc.refuse(sms, 0x0b);
      smsc.accept({ ...sms, sequence: 4_711 }, "2");
    };
  });
  for (const key of ["a", "b", "c"]) assert.equal(await send(key), "accepted");
  await pass(1);
  assert.equal(last().submitted.length, 3);
  assert.equal(smscs.length, 1);
});
