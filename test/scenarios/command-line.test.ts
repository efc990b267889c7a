// How the command line is spoken to and speaks: usage, names, times, what others wrote, files and standard input.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { newPhones, newProcessPhones, type TestPhone, TestServer } from "../network.ts";

const german = "+4915123456789";
const french = "+33612345678";
const bin = fileURLToPath(new URL("../../packages/cli/bin/assent.mjs", import.meta.url));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without a profile named, in an environment of the test's own. */
function assent(args: readonly string[], env: Record<string, string> = {}, input = ""): Ran {
  const environment = { PATH: process.env["PATH"] ?? "", ...env };
  return spawnSync(process.execPath, [bin, ...args], { env: environment, input, encoding: "utf8" });
}

describe("what was said wrongly is told in one line that names --help, and exits 2:", () => {
  const wrong: readonly [args: string[], said: RegExp][] = [
    [["frobnicate"], /unknown command 'frobnicate'\. See assent --help$/],
    [["check"], /missing required argument 'who'\. See assent check --help$/],
    [["send", german], /'-m, --message <text>' not specified\. See assent send --help$/],
    [["status", "--loud"], /unknown option '--loud'\. See assent status --help$/],
    [["contacts", "import", "a.vcf", "--country", "Germany"], /See assent contacts import --help$/],
    [["serve"], /'--sms <transport>' not specified\. See assent serve --help$/],
    [["ledger", "clear"], /'--before <date>' not specified\. See assent ledger clear --help$/],
    [
      ["ledger", "clear", "--before", "yesterday"],
      /It is a day, such as .+ See assent ledger clear --help$/,
    ],
    [
      ["ledger", "clear", "--before", "2026-13-01"],
      /It is a day, such as .+ See assent ledger clear --help$/,
    ],
    [["contacts", "name", french, " "], /contacts remove .+ See assent contacts name --help$/],
    [["completion", "tcsh"], /bash, zsh, fish\. See assent completion --help$/],
    // What was typed beyond that may be a text, or a number.
    [["check", german, french], /Expected 1 argument but got 2\. See assent check --help$/],
  ];
  for (const [args, said] of wrong) {
    test(args.join(" "), () => {
      const { status, stdout, stderr } = assent(args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, /^assent: [^\n]+\n$/);
      assert.match(stderr.trimEnd(), said);
    });
  }

  test("with --json as an error of the table", () => {
    const { status, stderr } = assent(["--json", "check", german, french]);
    assert.equal(status, 2);
    const { error } = JSON.parse(stderr);
    assert.equal(error.code, "wrong_usage");
    assert.match(error.usage, /^too many arguments for 'check'\. Expected 1 argument but got 2$/);
    const nothing = assent(["--json"]);
    assert.deepEqual([nothing.status, nothing.stdout], [2, ""]);
    assert.equal(JSON.parse(nothing.stderr).error.usage, "no command is given");
  });
});

test("what was mistyped is said before the policy is shown, and nobody is asked", () => {
  for (const [number, server, code] of [
    ["0151 23456789", "https://assent.example", "number_invalid"],
    [german, "ftp://assent.example", "server_invalid"],
  ] as const) {
    const { status, stdout, stderr } = assent(["--json", "on", number, "--server", server]);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.equal(JSON.parse(stderr).error.code, code);
  }
});

test("version and help are no errors; nothing at all is", () => {
  assert.match(assent(["--version"]).stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(assent(["--version"]).status, 0);
  assert.match(assent(["--help"]).stdout, /receive/);
  assert.equal(assent(["--help"]).status, 0);
  assert.match(assent(["send", "--help"]).stdout, /--accept-new-key.+--profile.+--json/s);
  assert.equal(assent([]).status, 2);
});

test("bash completes commands, options, values and files with what completion prints", () => {
  const { stdout: completion } = assent(["completion", "bash"]);
  const complete = (...words: string[]) => {
    const script = `source <(cat); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _assent
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const args = ["-c", script, "bash", "assent", ...words];
    const { stdout, stderr } = spawnSync("bash", args, { encoding: "utf8", input: completion });
    assert.equal(stderr, "");
    return stdout.split("\n").filter(Boolean);
  };
  assert.deepEqual(complete("rec"), ["receive"]);
  assert.deepEqual(complete("--profile", "/nowhere", "blo"), ["block"]);
  assert.deepEqual(complete("contacts", "i"), ["import"]);
  assert.deepEqual(complete("contacts", "import", "--co"), ["--country"]);
  assert.deepEqual(complete("send", "anna", "--route", ""), ["auto", "private", "sms"]);
  assert.deepEqual(complete("completion", "z"), ["zsh"]);
  assert.deepEqual(complete("contacts", "import", `${bin.slice(0, -4)}`), [bin]);
  assert.deepEqual(complete("send", "anna", "-m", "rec"), []);
});

test("without --profile, the phone is where the environment says, and made there for its owner alone", async (context) => {
  const [phone] = await newPhones(context, german);
  assert.ok(phone);
  const data = { XDG_DATA_HOME: phone.folder };
  assert.equal(assent(["contacts", "name", french, "Ben"], data).status, 0);
  const folder = join(phone.folder, "assent");
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  const named = { ASSENT_PROFILE: folder };
  assert.match(assent(["contacts"], named).stdout, /^Ben: \+33 6 12 34 56 78\n$/);
  assert.equal(assent(["contacts"], { ASSENT_PROFILE: join(phone.folder, "other") }).stdout, "");
});

test("contacts are imported as a preview shows, listed, renamed and removed", async (context) => {
  const [phone] = await newPhones(context, german);
  assert.ok(phone);
  await phone.ok(["status"]);
  const file = join(phone.folder, "contacts.vcf");
  const card = (name: string, number: string) =>
    `BEGIN:VCARD\nFN:${name}\nTEL:${number}\nEND:VCARD\n`;
  const cards = [
    card("Ben", french),
    card("Anna", "0151 23456780"),
    card("Kim", "010-12345678"),
    card("Bank", "22222"),
  ];
  await writeFile(file, cards.join(""));

  const [preview] = await phone.ok(["contacts", "import", file, "--preview"]);
  assert.deepEqual(await phone.ok(["contacts"]), []);
  assert.deepEqual(preview, {
    imported: 0,
    ready: [{ number: french, name: "Ben" }],
    needCountry: [
      { name: "Anna", written: "0151 23456780" },
      { name: "Kim", written: "010-12345678" },
    ],
    unusable: [{ name: "Bank", written: "22222", reason: "short-code" }],
  });
  const { stdout } = await phone.runPlain(["contacts", "import", file, "--country", "de"]);
  assert.match(
    stdout,
    /^2 numbers imported\.\nCannot be used:\n {2}Kim: 010-12345678 \(no number as/,
  );
  assert.deepEqual(
    (await phone.ok(["contacts"])).map(({ name }) => name),
    ["Anna", "Ben"],
  );
  // The country was chosen with it.
  assert.deepEqual(await phone.ok(["contacts", "country"]), [{ country: "DE" }]);
  await phone.ok(["contacts", "name", "0151 23456781", "Anna's sister"]);
  await phone.ok(["contacts", "remove", "Ben"]);
  assert.deepEqual(await phone.ok(["contacts"]), [
    { number: "+4915123456780", name: "Anna" },
    { number: "+4915123456781", name: "Anna's sister" },
  ]);

  assert.equal(
    await phone.refused(["contacts", "import", join(phone.folder, "no.vcf")]),
    "file_missing",
  );
  assert.equal(await phone.refused(["contacts", "import", phone.folder]), "file_unreadable");
  assert.equal(await phone.refused(["history", "Ben"]), "name_unknown");
  await phone.ok(["contacts", "name", french, "Anna"]);
  const { exitCode, stderr } = await phone.run(["history", "anna"]);
  assert.equal(exitCode, 1);
  const { error } = JSON.parse(stderr);
  assert.equal(error.code, "name_ambiguous");
  assert.deepEqual(error.candidates.map(({ number }: { number: string }) => number).sort(), [
    french,
    "+4915123456780",
  ]);
});

test("two phones: names for numbers, codes and texts from standard input, times of here", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newProcessPhones(context, german, french);
  assert.ok(anna && ben);
  for (const phone of [anna, ben]) {
    await phone.ok(["on", phone.number, "--server", server.origin, "--yes"]);
    await phone.ok(["verify", "-"], `${await server.codeFor(phone.number)}\n`);
  }
  await anna.ok(["contacts", "name", french, "Ben \u202e Okonkwo"]);
  await ben.ok(["contacts", "name", german, "Anna"]);
  await anna.send("okonkwo", "hello");
  await ben.receive();
  await ben.send("Anna", "hello");
  await anna.receive();

  await context.test("-m - is the bytes that came, and nothing else", async () => {
    for (const text of [
      "\ufeff two\r\nlines \n\n",
      " \t",
      "\0\u2028\u001b[31m",
      "e\u0301é👩‍👩‍👧",
    ]) {
      const sent: { state?: string }[] = await anna.ok(["send", french, "-m", "-"], text);
      assert.equal(sent[0]?.state, "sent");
      assert.deepEqual(await ben.texts(), [text]);
    }
    await anna.receive();
  });

  await context.test(
    "what others wrote steers no terminal, and nothing to see says so",
    async () => {
      await ben.send("Anna", "one\ntwo \u001b[2J\u009b1m\u202e\u2028 three");
      await ben.send("Anna", "\u200b\u2060");
      const { stdout } = await anna.runPlain(["receive"]);
      const shown = stdout.split("\n");
      assert.match(shown[0] ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d Ben \ufffd Okonkwo: one$/);
      assert.equal(shown[1], "    two \ufffd[2J\ufffd1m\ufffd\ufffd three");
      assert.match(shown[2] ?? "", /: \(A text without visible characters\.\)$/);
    },
  );

  await context.test("people read their own time, programs UTC", async () => {
    const [first] = await anna.ok(["history", french]);
    const sentAt = new Date(String(first?.["sentAt"]));
    assert.equal(first?.["sentAt"], sentAt.toISOString());
    const inTokyo = new Date(sentAt.getTime() + 9 * 3_600_000).toISOString();
    const { stdout } = runIn("Asia/Tokyo", anna, ["history", french]);
    assert.ok(stdout.startsWith(inTokyo.slice(0, 19).replace("T", " ")), stdout.slice(0, 40));
  });

  await context.test("a phone that was not set back is not said to begin anew", async () => {
    assert.deepEqual(await ben.ok(["begin-anew"]), [{ state: "on", begunAnew: false }]);
    assert.match((await ben.runPlain(["begin-anew"])).stdout, /^This phone was not set back /);
  });

  await context.test("the ledger is cleared up to a date, in the owner's time", async () => {
    const lines = await ben.ok<{ at: string }>(["ledger"]);
    assert.ok(lines.length > 1);
    const [{ at: oldest }] = lines as [{ at: string }];
    const clear = (before: string) => ben.ok(["ledger", "clear", "--before", before]);
    assert.deepEqual(await clear(oldest), [{ forgotten: 0, before: oldest }]);
    const second = new Date(Date.parse(oldest) + 1).toISOString();
    const ofThen = lines.filter(({ at }) => at === oldest).length;
    assert.deepEqual(await clear(second), [{ forgotten: ofThen, before: second }]);
    assert.deepEqual(await ben.ok(["ledger"]), lines.slice(ofThen));
    const { stdout } = runIn("Asia/Tokyo", ben, ["ledger", "clear", "--before", "2099-01-01"]);
    assert.equal(
      stdout,
      `Forgot ${lines.length - ofThen} items that left before 2099-01-01 00:00:00.\n`,
    );
    assert.deepEqual(await ben.ok(["ledger"]), []);
  });

  await context.test("off says in words what was deleted", async () => {
    const { exitCode, stdout } = await ben.runPlain(["off"], "yes\n");
    assert.equal(exitCode, 0);
    assert.match(stdout, /number that ends in 78:\n {2}1 directory record\n/);
    assert.match(stdout, / {2}1 device\n {2}\d+ keys for those who write first\n {2}no envelopes/);
  });
});

function runIn(timeZone: string, phone: TestPhone, args: readonly string[]): Ran {
  return assent(["--profile", phone.folder, ...args], { TZ: timeZone });
}
