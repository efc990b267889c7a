// Every table as it is, for the demo: asked of the database itself, so that no table can be forgotten here.
import type { HeldStore, HeldTable, HeldValue } from "../../demo/store.ts";
import type { Operations, Workspace } from "./operations.ts";

const newestShown = 4;
const bytesShown = 8;

export function heldOperations({ database }: Workspace): Operations<HeldStore> {
  // Prepared with each question: nothing of it is there while nobody asks.
  const tableNames = () =>
    database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rootpage")
      .all()
      .map(({ name }) => String(name));
  return {
    tables: (): readonly HeldTable[] =>
      tableNames().map((name) => {
        const counted = database.prepare(`SELECT count(*) AS rows FROM "${name}"`).get();
        const rows = database
          .prepare(`SELECT * FROM "${name}" ORDER BY rowid DESC LIMIT ${newestShown}`)
          .all();
        return {
          name,
          rows: Number(counted?.["rows"]),
          newest: rows.map((row) =>
            Object.fromEntries(
              Object.entries(row).map(([column, value]) => [column, shownValue(value)]),
            ),
          ),
        };
      }),
  };
}

function shownValue(value: unknown): HeldValue {
  if (value instanceof Uint8Array) {
    const begin = Buffer.from(value.subarray(0, bytesShown)).toString("hex");
    return { bytes: value.length, begin };
  }
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" || value === null ? value : String(value);
}
