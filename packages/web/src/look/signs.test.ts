// Signs grow with the words beside them: each size in pixels that a screen draws one in is one that the styles know.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
// What a sign has that no size was given to.
const unsaid = "24";

test("every size of a sign is one that grows", () => {
  const screens = globSync("**/*.tsx", { cwd: folder }).map((file) =>
    readFileSync(`${folder}/${file}`, "utf8"),
  );
  const drawn = screens.flatMap((screen) =>
    [...screen.matchAll(/\bsize=\{(\d+)\}/g)].map(([, pixels = ""]) => pixels),
  );
  assert.ok(drawn.length > 50, "the sizes in the screens are seen");
  const styles = readFileSync(new URL("base.css", import.meta.url), "utf8");
  const growing = [...styles.matchAll(/\[width="(\d+)"\] \{\s*--pixels: (\d+);/g)];
  for (const [, width, pixels] of growing) assert.equal(width, pixels);
  const known = growing.map(([, width]) => width as string);
  const used = [...new Set([...drawn, unsaid])];
  assert.deepEqual(known.sort(), used.sort());
});
