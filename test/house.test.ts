// The house rules of the source tree: which way imports point, that there is one door to the network, and what files
// are called and how long they may be. Each rule is also shown made-up sources that break it: a rule that sees
// nothing would pass for ever.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noCircles } from "./house/circles.ts";
import { importsPointOneWay, runsWhereItSays, serveLoadsNoClient } from "./house/directions.ts";
import { besideTheDoor, door, oneDoor, waysOut } from "./house/door.ts";
import { ports, roomsKeepTheirOwn, wiring } from "./house/rooms.ts";
import { citesWhatIsHere, exactNames, filesSayWhatTheyOwn, oneIdeaAFile } from "./house/words.ts";
import { packageOf, parseSource, readTree, type Source } from "./source-tree.ts";

const rules = [
  importsPointOneWay,
  serveLoadsNoClient,
  runsWhereItSays,
  roomsKeepTheirOwn,
  noCircles,
  oneDoor,
  exactNames,
  oneIdeaAFile,
  filesSayWhatTheyOwn,
  citesWhatIsHere,
];

describe("house rules", () => {
  const sources = readTree();
  for (const { title, faults, broken, kept } of rules)
    describe(title, () => {
      test("holds here", () => assert.deepEqual(faults(sources), []));
      test("sees what breaks it", () => {
        for (const files of broken) assert.notDeepEqual(faults(parseAll(files)), [], show(files));
      });
      test("lets the rest be", () => assert.deepEqual(faults(parseAll(kept)), []));
    });

  test("are held on the whole tree", () => {
    const packages = new Set(sources.map(({ path }) => packageOf(path)));
    for (const name of ["protocol", "bare-phone", "server", "client", "cli", "web"])
      assert.ok(packages.has(name), name);
    assert.ok(sources.some(({ path }) => path === "test/house.test.ts"));
    assert.ok(sources.some(({ path }) => path.endsWith(".proto")));
    assert.ok(!sources.some(({ path }) => /\/(generated|node_modules)\//.test(path)));
  });

  test("except no file that is not here, and none from the door that names no way out", () => {
    const listed = [...door, ...besideTheDoor, ...wiring, ...ports];
    const paths = new Set(sources.map(({ path }) => path));
    assert.deepEqual(
      listed.filter((path) => !paths.has(path)),
      [],
    );
    const namesNone = [...door, ...besideTheDoor].filter(
      (path) => waysOut(sources.filter((source) => source.path === path)).length === 0,
    );
    assert.deepEqual(namesNone, []);
  });
});

function parseAll(files: Readonly<Record<string, string>>): Source[] {
  return Object.entries(files).map(([path, text]) => parseSource(path, text));
}

function show(files: Readonly<Record<string, string>>): string {
  return `lets this be: ${JSON.stringify(files)}`;
}
