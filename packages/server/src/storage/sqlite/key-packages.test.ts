// What a phone is told each time that it comes costs no reading of its KeyPackages.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { keyPackagesOn } from "./key-packages.ts";
import { migrate } from "./migrations.ts";
import type { Workspace } from "./operations.ts";

test("how many are left is read from their index alone; which comes next is not", () => {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  const prepared: string[] = [];
  const prepare = (sql: string) => {
    prepared.push(sql);
    return database.prepare(sql);
  };
  const leaves = () => undefined;
  const noting = { database: { prepare } } as unknown as Pick<Workspace, "database">;
  keyPackagesOn({ ...noting, leavesRemains: leaves, leavesNothing: leaves, isInFile: () => true });
  const planOf = (part: string) => {
    const [sql, another] = prepared.filter((each) => each.startsWith(part));
    assert.ok(sql !== undefined && another === undefined);
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    return steps.map(({ detail }) => detail).join("; ");
  };
  assert.match(planOf("SELECT count(*)"), /USING COVERING INDEX key_package_device/);
  assert.match(
    planOf("SELECT id, last_resort, key_package FROM key_package WHERE device = ? AND"),
    /USING INDEX/,
  );
  database.close();
});
