// Whom a command means: nobody is chosen where two could be meant.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssentError, parseNumber } from "@assent/protocol";
import { Refused } from "./output.ts";
import { whoIs } from "./who.ts";

const people = [
  ["+4915123456781", "Anna Müller"],
  ["+4915123456782", "Ben"],
  ["+4915123456783", "Ben Okonkwo"],
  ["+4915123456784", "Chloé"],
  ["+4915123456785", "Chloé"],
  ["+4915123456786", "Eve \u202e"],
  ["+4915123456787", "Eve"],
].map(([number = "", name = ""]) => ({ number: parseNumber(number), name }));

const contacts = {
  list: async () => people,
  readNumber: async (text: string) => parseNumber(text),
};

test("a number is a number, and what has no letters is never a name", async () => {
  assert.equal(await whoIs(contacts, "+44 20 7946 0991"), "+442079460991");
  await assert.rejects(whoIs(contacts, "22222"), { code: "number_invalid" });
  await assert.rejects(whoIs(contacts, ""), { code: "number_invalid" });
});

test("a name is read without case and accents, whole or by its words", async () => {
  assert.equal(await whoIs(contacts, "anna muller"), people[0]?.number);
  assert.equal(await whoIs(contacts, " Müller"), people[0]?.number);
  assert.equal(await whoIs(contacts, "okonkwo ben"), people[2]?.number);
  // Who has the name whole comes before who has it among others.
  assert.equal(await whoIs(contacts, "Ben"), people[1]?.number);
});

test("half a word is nobody's name", async () => {
  await assert.rejects(whoIs(contacts, "Ann"), { code: "name_unknown" });
  await assert.rejects(whoIs(contacts, "Anna Smith"), { code: "name_unknown" });
});

test("where several are meant, all are listed and none is chosen", async () => {
  await assert.rejects(whoIs(contacts, "chloe"), (error) => {
    assert.ok(error instanceof Refused && error instanceof AssentError);
    assert.equal(error.code, "name_ambiguous");
    assert.deepEqual(error.about, { candidates: people.slice(3, 5) });
    assert.equal(error.lines.length, 2);
    return true;
  });
});

test("what lists them steers no terminal", async () => {
  const [evil] = people.slice(5);
  const eves = { ...contacts, list: async () => [evil, evil].filter((one) => one !== undefined) };
  await assert.rejects(whoIs(eves, "eve"), (error) => {
    assert.ok(error instanceof Refused);
    assert.match(error.lines.join(), /^Eve \ufffd: /);
    return true;
  });
});
