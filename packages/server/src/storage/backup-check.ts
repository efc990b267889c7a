// The thread that looks through a backup before it has its name: takes out of it what must not be kept, puts in what is kept
// beside the database, marks it as a backup, and says whether it is sound.
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { backupMark, steeringTable } from "./backup-mark.ts";

export type Checked = "sound" | "damaged" | "no-room";

export interface ToCheck {
  readonly file: string;
  /** What the operator said; undefined where nobody asks for it. */
  readonly steering: string | undefined;
}

/** Of SQLite, by their lowest byte. */
const meanings: Readonly<Record<number, Checked>> = {
  10: "no-room",
  11: "damaged",
  13: "no-room",
  26: "damaged",
};

function checked({ file, steering }: ToCheck): Checked {
  const database = new DatabaseSync(file);
  try {
    // In one file, without a log beside it; what was deleted is overwritten.
    database.exec("PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON;");
    database.exec(`DELETE FROM registration_session; PRAGMA application_id = ${backupMark};`);
    if (steering !== undefined) {
      database.exec(`CREATE TABLE ${steeringTable} (written TEXT NOT NULL)`);
      database.prepare(`INSERT INTO ${steeringTable} VALUES (?)`).run(steering);
    }
    const { quick_check: found } = database.prepare("PRAGMA quick_check(1)").get() ?? {};
    return found === "ok" ? "sound" : "damaged";
  } catch (error) {
    const code = error instanceof Error && "errcode" in error ? Number(error.errcode) : 0;
    const meaning = meanings[code & 0xff];
    if (meaning === undefined) throw error;
    return meaning;
  } finally {
    database.close();
  }
}

parentPort?.postMessage(checked(workerData as ToCheck));
