// What a call over HTTP can be built of. Its fields are not counted before it is read, as those of frames are: nothing in it may
// be had by the hundred thousand for a megabyte (docs/decisions/0167-counted-before-it-is-read.md).
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AccountService,
  AddKeyPackagesRequestSchema,
  CellService,
  DirectoryService,
  DiscoveryService,
  OutboxRequestSchema,
  RegistrationService,
  SmsRelayService,
} from "@assent/protocol";
import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** Of it and of what is in it. */
function listsIn(message: DescMessage): DescField[] {
  return message.fields.flatMap((field) => [
    ...(field.fieldKind === "list" || field.fieldKind === "map" ? [field] : []),
    ...(field.message ? listsIn(field.message) : []),
  ]);
}

test("no message that anybody may send in a call has lists", () => {
  const services = [
    ...[AccountService, CellService, DirectoryService],
    ...[DiscoveryService, RegistrationService, SmsRelayService],
  ];
  const lists = services.flatMap(({ methods }) => methods.flatMap(({ input }) => listsIn(input)));
  assert.deepEqual(lists.map(String), []);
  // They are where they are looked for: in what is signed, and in frames.
  assert.ok(listsIn(AddKeyPackagesRequestSchema).length > 0);
  assert.ok(listsIn(OutboxRequestSchema).length > 0);
});
