// The thread that looks through a backup before it has its name: takes out of it what must not be kept, puts in what is kept
// beside the database, marks it as a backup, and says whether it is sound.
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { backupMark, steeringTable } from "./backup-mark.ts";

export type Checked = "sound" | "damaged";

export interface ToCheck {
  readonly file: string;
  /** What the operator said; undefined where nobody asks for it. */
  readonly steering: string | undefined;
}

const corruptCodes: readonly unknown[] = [11, 26];

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
    if (error instanceof Error && "errcode" in error && corruptCodes.includes(error.errcode)) {
      return "damaged";
    }
    throw error;
  } finally {
    database.close();
  }
}

parentPort?.postMessage(checked(workerData as ToCheck));
