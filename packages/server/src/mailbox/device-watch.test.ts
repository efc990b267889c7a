// What is said of a mailbox to whoever wakes its device: what wants that, and up to where the device had everything when its
// inbox closed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { openEmbeddedStores } from "../storage/embedded-stores.ts";
import { beginOn, body } from "./mailboxes-for-tests.ts";
import { putOn } from "./sending-for-tests.ts";
import { nameOfMailbox } from "./wakeups.ts";

test("each envelope that is stored and not quiet, once, and where the device stood when it went", async (context) => {
  const said: string[] = [];
  const { mailboxes, mailboxId, address, listen } = await beginOn(openEmbeddedStores, context, {
    watch: {
      arrived(mailbox, position) {
        assert.equal(mailbox, nameOfMailbox(mailboxId));
        said.push(`arrived ${position}`);
      },
      stopped(mailbox, has) {
        assert.equal(mailbox, nameOfMailbox(mailboxId));
        said.push(`stopped ${has}`);
      },
    },
  });
  const capability = address();
  const put = (quiet: boolean, envelopeId = randomBytes(32)) =>
    putOn(mailboxes, [{ capability, envelopeId, body, quiet }]);
  const twice = randomBytes(32);
  await put(false, twice);
  await put(false, twice);
  await put(true);
  await put(false);
  assert.deepEqual(said.splice(0), ["arrived 1", "arrived 3"]);
  // And while somebody listens, who may have gone long before that is noticed.
  const device = await listen();
  await device.deliveries(1);
  await device.acknowledge(2);
  await put(false);
  await device.deliveries(2);
  device.inbox.close();
  assert.deepEqual(said.splice(0), ["arrived 4", "stopped 2"]);
  // What the device says that it has, counts before it is durable here.
  const again = await listen();
  await again.deliveries(1);
  again.inbox.acknowledge(4);
  again.inbox.close();
  assert.deepEqual(said, ["stopped 4"]);
});
