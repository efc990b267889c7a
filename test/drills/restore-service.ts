// The restore drill, the service's side: its disk is lost, and a backup is put back. Whatever was answered as sent is shown
// once, who left stays away, and no KeyPackage is handed out twice, whoever speaks first afterwards.
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { MemoryPhone } from "../memory-phone.ts";
import type { Finished, TestServer } from "../network.ts";

export interface RestoreServiceDrill {
  readonly server: TestServer;
  /** Who know each other before the backup is made. */
  readonly anna: MemoryPhone;
  readonly ben: MemoryPhone;
  /** Who writes to Anna between the backup and the loss, and who does so after the restore. */
  readonly carol: MemoryPhone;
  readonly eve: MemoryPhone;
  /** Who leaves after the backup. */
  readonly dave: MemoryPhone;
  readonly order: "phones first" | "people first";
  /** As the page says; or as if the backup were the database, which must be seen to lose. */
  readonly start: "restored" | "as if nothing had happened";
}

export interface RestoreServiceResult {
  readonly lost: string[];
  readonly twice: string[];
  /** Said not to have been delivered. */
  readonly false: string[];
  readonly daveIsBack: boolean;
  /** What a start on the backup says that is not told so. */
  readonly refusal: string;
}

const dayMs = 86_400_000;

export async function restoreServiceDrill(
  drill: RestoreServiceDrill,
): Promise<RestoreServiceResult> {
  const { server, anna, ben, carol, eve, dave, order } = drill;
  const expected: string[] = [];
  const shown: string[] = [];
  const send = async (from: MemoryPhone, to: MemoryPhone, text: string) => {
    expected.push(text);
    await from.send(to, text);
  };
  const take = async (...phones: readonly MemoryPhone[]) => {
    for (const phone of phones) shown.push(...(await phone.texts()));
  };

  const backup = join(server.folder, "..", "backup.db");
  mustBeDone(await server.operate("backup", backup));

  await send(anna, ben, "taken before the loss");
  await take(ben);
  await send(ben, anna, "answered before the loss");
  await take(anna);
  await send(carol, anna, "from somebody new");
  await take(anna);
  await send(anna, ben, "waits as the disk is lost");
  await send(ben, anna, "waits too");
  await dave.run((profile) => profile.account.turnOff());

  await server.kill();
  // Without its log of envelopes nothing but a restored one starts.
  const more = drill.start === "restored" ? ["envelopes"] : [];
  for (const name of ["assent.db", "assent.db-wal", "assent.db-shm", ...more]) {
    await rm(join(server.folder, name), { recursive: true, force: true });
  }
  await copyFile(backup, join(server.folder, "assent.db"));
  const { stderr: refusal } = await server.operate("serve", "--sms", "fake", "--port", "0");
  if (drill.start === "restored") await server.start("--restored");
  else {
    await forgetThatItIsABackup(server);
    await server.start();
  }

  const phones = () => take(anna, ben, carol);
  const people = async () => {
    await send(eve, anna, "from somebody newer");
    await send(carol, anna, "and once more");
    await send(ben, anna, "still there?");
  };
  for (const step of order === "phones first" ? [phones, people] : [people, phones]) await step();
  await send(anna, carol, "a new friend");
  for (let days = 1; days <= 3; days += 1) {
    for (const phone of [anna, ben, carol, eve]) phone.now = () => Date.now() + days * dayMs;
    await take(ben, anna, carol, eve, anna, ben);
  }
  const { route } = await ben.run((profile) => profile.people.check(dave.number));
  const histories = [];
  for (const from of [anna, ben, carol, eve]) {
    for (const { number } of [anna, ben, carol]) {
      if (from.number === number) continue;
      histories.push(...(await from.run((profile) => profile.conversations.history(number))));
    }
  }
  return {
    lost: expected.filter((text) => !shown.includes(text)),
    twice: shown.filter((text, index) => shown.indexOf(text) !== index),
    false: histories.flatMap(({ state, text }) => (state === "not-delivered" ? [text] : [])),
    daveIsBack: route === "private",
    refusal,
  };
}

function mustBeDone({ exitCode, stderr }: Finished): void {
  if (exitCode !== 0) throw new Error(stderr);
}

async function forgetThatItIsABackup({ folder }: TestServer): Promise<void> {
  const database = new DatabaseSync(join(folder, "assent.db"));
  database.exec("PRAGMA application_id = 0");
  database.close();
  await rm(join(folder, "ended.journal"));
}
