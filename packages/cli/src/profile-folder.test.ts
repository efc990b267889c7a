// Where the phone is when nobody says: what the environment names, else where a platform keeps a user's data.
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultProfileFolder } from "./profile-folder.ts";

test("ASSENT_PROFILE comes first, on every platform", () => {
  const environment = { ASSENT_PROFILE: "/phones/anna", XDG_DATA_HOME: "/data" };
  for (const platform of ["linux", "darwin", "win32"] as const)
    assert.equal(defaultProfileFolder(environment, platform, "/home/anna"), "/phones/anna");
});

test("else it is where the platform keeps data", () => {
  const linux = (environment: Record<string, string>) =>
    defaultProfileFolder(environment, "linux", "/home/anna");
  assert.equal(linux({}), "/home/anna/.local/share/assent");
  assert.equal(linux({ XDG_DATA_HOME: "/data" }), "/data/assent");
  // One that is not absolute is ignored.
  assert.equal(
    linux({ XDG_DATA_HOME: "data", ASSENT_PROFILE: "" }),
    "/home/anna/.local/share/assent",
  );
  const mac = defaultProfileFolder({}, "darwin", "/Users/anna");
  assert.equal(mac, "/Users/anna/Library/Application Support/assent");
  assert.match(defaultProfileFolder({ LOCALAPPDATA: "/local" }, "win32", "/"), /local.assent$/);
});
