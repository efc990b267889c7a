// Who runs a service, in their words: on the phone once the owner said yes, signed, and again when it changes.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { newPhones, TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";

const german = "+4915123456789";

test("it is asked for after the yes, shown then and in status, and read again when it changed", async (context) => {
  const environment: Record<string, string> = {
    ASSENT_NAME: "Assent of the library",
    ASSENT_IMPRINT: "Library association\nlibrary@assent.example",
  };
  const server = await TestServer.start(context, { transport: "fake", environment });
  const watched = await RecordingProxy.start(context, server.origin);
  const [anna] = await newPhones(context, german);
  assert.ok(anna);
  const on = ["on", german, "--server", watched.origin];
  const declined = await anna.runPlain(on, "no\n");
  assert.match(declined.stdout, /asked for after your yes, and shown then\.\n/);
  assert.doesNotMatch(declined.stdout, /library/);
  assert.deepEqual([watched.connections, await anna.ok(["ledger"])], [0, []]);
  assert.equal((await anna.ok(["status"]))[0]?.["operator"], undefined);

  const { stdout } = await anna.runPlain(on, "yes\n");
  const said = [
    "It calls itself: Assent of the library",
    "It says who runs it:",
    "    Library association",
    "    library@assent.example",
  ].join("\n");
  assert.ok(stdout.includes(`${said}\nA code is on its way`), stdout);
  await anna.ok(["verify", await server.codeFor(german)]);
  const operator = { name: environment["ASSENT_NAME"], imprint: environment["ASSENT_IMPRINT"] };
  assert.deepEqual((await anna.ok(["status"]))[0]?.["operator"], operator);
  const shown = (await anna.runPlain(["status"])).stdout;
  assert.ok(shown.includes(`Service: ${watched.origin}\n${said}\n`), shown);

  const beside = join(anna.folder, "..", "beside.txt");
  await writeFile(beside, "Backups are kept for two weeks.\nLogs for a day.\n");
  environment["ASSENT_POLICY_SUPPLEMENT"] = beside;
  await server.stop();
  await server.start();
  await anna.receive();
  const [status] = await anna.ok(["status"]);
  const policySupplement = "Backups are kept for two weeks.\nLogs for a day.";
  assert.deepEqual(status?.["operator"], { ...operator, policySupplement });
  assert.match(
    (await anna.runPlain(["status"])).stdout,
    /\nIt says beside the policy:\n {4}Backups are kept for two weeks\.\n {4}Logs for a day\.\n/,
  );
});
