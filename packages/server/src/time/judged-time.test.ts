// Judged time: what is over age goes only after a day in which the clocks agreed, whatever the wall clock did before; and
// what is stored under a wrong clock is not taken for older than it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createJudgedTime, type JudgedTime } from "./judged-time.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2026, 10, 21);

/** A machine, its clocks, and the service on it, which looks each hour while time passes. */
class Machine {
  wallMs = start;
  uptimeMs = 5 * day;
  time: JudgedTime;

  constructor() {
    this.time = this.#started(undefined);
  }

  #started(kept: ReturnType<JudgedTime["kept"]> | undefined): JudgedTime {
    return createJudgedTime({
      wallMs: () => this.wallMs,
      uptimeMs: () => this.uptimeMs,
      kept,
    });
  }

  pass(ms: number): this {
    for (let left = ms; left > 0; left -= hour) {
      this.wallMs += Math.min(left, hour);
      this.uptimeMs += Math.min(left, hour);
      this.time.look();
    }
    return this;
  }

  jump(ms: number): this {
    this.wallMs += ms;
    return this;
  }

  /** The service is stopped, and started on the machine as it is then. */
  restarted(between: () => void = () => undefined): this {
    const kept = this.time.kept();
    between();
    this.time = this.#started(kept);
    return this;
  }

  /** The same, and the machine was off for so long. */
  off(ms: number): this {
    return this.restarted(() => {
      this.wallMs += ms;
      this.uptimeMs = 30_000;
    });
  }

  get kind() {
    return this.time.look().kind;
  }
}

test("nothing is destroyed in the first day, and then what was over age a day ago", () => {
  const machine = new Machine();
  assert.equal(machine.kind, "agree-since-lately");
  assert.equal(machine.pass(21 * hour).kind, "agree-since-lately");
  machine.pass(hour);
  assert.deepEqual(machine.time.look(), {
    kind: "agree",
    nowMs: machine.wallMs,
    dayAgoMs: machine.wallMs - 22 * hour,
  });
});

test("a jump while it runs pauses destruction until the operator says that the clock is right; then the day begins anew", () => {
  for (const ms of [31 * day, 2 * day, hour, -hour, -10 * 365 * day]) {
    const machine = new Machine().pass(3 * day).jump(ms);
    assert.equal(machine.kind, "in-doubt", `${ms}`);
    assert.equal(machine.pass(40 * day).kind, "in-doubt");
    assert.equal(machine.restarted().kind, "in-doubt", "to start it again says nothing");
    machine.time.confirm();
    assert.equal(machine.kind, "agree-since-lately");
    assert.equal(machine.pass(day).kind, "agree");
  }
});

test("a clock that comes right by itself is believed, after another day", () => {
  for (const ms of [31 * day, -400 * day]) {
    const machine = new Machine()
      .pass(3 * day)
      .jump(ms)
      .pass(5 * hour);
    assert.equal(machine.kind, "in-doubt");
    assert.equal(machine.jump(-ms).kind, "agree-since-lately");
    assert.equal(machine.pass(day).kind, "agree");
    machine.restarted(() => machine.jump(ms));
    assert.equal(machine.kind, "in-doubt");
    machine.restarted(() => machine.jump(-ms));
    assert.equal(machine.kind, "agree-since-lately");
  }
});

test("across a stop of up to 7 days the day begins anew; beyond it the operator is asked", () => {
  assert.equal(new Machine().pass(3 * day).off(6.9 * day).kind, "agree-since-lately");
  assert.equal(
    new Machine()
      .pass(3 * day)
      .off(6.9 * day)
      .pass(day).kind,
    "agree",
  );
  assert.equal(new Machine().pass(3 * day).off(31 * day).kind, "in-doubt");
  assert.equal(
    new Machine()
      .pass(3 * day)
      .off(31 * day)
      .pass(9 * day).kind,
    "in-doubt",
  );
  assert.equal(new Machine().pass(3 * day).off(-day).kind, "in-doubt");
});

test("a stop while the machine ran shows in its uptime: the day goes on, however long it was", () => {
  assert.equal(new Machine().pass(3 * day).restarted().kind, "agree");
  const machine = new Machine().pass(3 * day);
  machine.restarted(() => {
    machine.wallMs += 100 * day;
    machine.uptimeMs += 100 * day;
  });
  assert.equal(machine.kind, "agree");
});

test("a machine that is told the time shortly after its start is believed, and one that jumps later is not", () => {
  const machine = new Machine()
    .pass(3 * day)
    .off(0)
    .pass(10 * minute);
  assert.equal(machine.jump(3 * day).kind, "agree-since-lately");
  assert.equal(machine.jump(3 * day).kind, "agree-since-lately");
  assert.equal(machine.jump(3 * day).kind, "in-doubt", "7 days in all");
  const late = new Machine()
    .pass(3 * day)
    .off(0)
    .pass(2 * hour);
  assert.equal(late.jump(3 * day).kind, "in-doubt");
  // Without a clock of its own, it begins in 1970.
  const pi = new Machine().pass(3 * day);
  const wallMs = pi.wallMs;
  pi.off(-wallMs);
  assert.equal(pi.kind, "in-doubt");
  pi.pass(5 * minute).wallMs = wallMs + 2 * day;
  assert.equal(pi.kind, "agree-since-lately");
});

test("small corrections are borne, also where they add up in a year, and creeping is not", () => {
  const machine = new Machine();
  for (let days = 0; days < 365; days += 1)
    assert.notEqual(machine.pass(day).jump(minute).kind, "in-doubt");
  const creeping = new Machine().pass(day);
  const kinds = Array.from({ length: 12 }, () => creeping.pass(hour).jump(2 * minute).kind);
  assert.equal(kinds.at(-1), "in-doubt");
});

test("what is stored while the clock is behind is stamped as it would be, and what is asked is answered as early as it can be", () => {
  const machine = new Machine().pass(3 * day);
  const right = () => start + machine.uptimeMs - 5 * day;
  machine.jump(-3_650 * day).pass(40 * day);
  assert.equal(machine.time.stampMs(), right());
  assert.equal(machine.time.earliestMs(), right());
  machine
    .restarted()
    .jump(2 * 3_650 * day)
    .pass(day);
  assert.equal(machine.time.stampMs(), machine.wallMs, "as late as it can be");
  assert.equal(machine.time.earliestMs(), right());
});

test("a text stored between a jump and the look after it is stamped at the look before it", () => {
  const machine = new Machine().pass(3 * day);
  const { wallMs } = machine;
  machine.jump(-3_650 * day);
  assert.equal(machine.time.stampMs(), wallMs);
  assert.equal(machine.time.earliestMs(), wallMs);
});

test("however clocks jump and machines start, nothing goes that was put less than 30 days ago", () => {
  const step = fc.oneof(
    {
      arbitrary: fc.record({
        kind: fc.constant("pass" as const),
        ms: fc.integer({ min: day, max: 9 * day }),
      }),
      weight: 12,
    },
    fc.record({
      kind: fc.constant("jump" as const),
      ms: fc.integer({ min: -4_000 * day, max: 4_000 * day }),
    }),
    fc.record({ kind: fc.constant("restart" as const), ms: fc.constant(0) }),
  );
  let destroyed = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const machine = new Machine().pass(day);
      const puts: { readonly stamp: number; readonly uptimeMs: number }[] = [];
      for (const { kind, ms } of steps) {
        puts.push({ stamp: machine.time.stampMs(), uptimeMs: machine.uptimeMs });
        if (kind === "pass") machine.pass(ms);
        else if (kind === "jump") machine.jump(ms);
        else machine.restarted();
        const judged = machine.time.look();
        if (judged.kind !== "agree") continue;
        for (const put of puts) {
          const isDestroyed = put.stamp < judged.dayAgoMs - 30 * day;
          const ageMs = machine.uptimeMs - put.uptimeMs;
          if (isDestroyed) destroyed += 1;
          assert.ok(!isDestroyed || ageMs >= 30 * day - 2 * hour);
        }
      }
    }),
    { seed: 70, numRuns: 300 },
  );
  assert.ok(destroyed > 0, "something went");
});
