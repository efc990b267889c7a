// What every implementation of the encryption port keeps to: who is in a group reads what is written in it, and nobody else
// does; and a commit holds when it is confirmed, and not before.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { hex, textFromUtf8, utf8 } from "@assent/protocol";
import {
  type Decrypted,
  type Encryption,
  EncryptionRefused,
  type GroupState,
  type MemberDevice,
  type MembershipChange,
  type NewKeyPackage,
  type OwnDevice,
  type RefusalReason,
  type StagedCommit,
  type TrustedDevice,
} from "../../packages/client/src/encryption/encryption.ts";
import { copyOf, newDevice } from "../../packages/client/src/encryption/groups-for-tests.ts";

const nowMs = Date.now();
const nobody: MembershipChange = { add: [], remove: [] };

/** A device, and the state of the one group of the test as it has stored it. */
class Member {
  readonly #mls: Encryption;
  readonly device: OwnDevice;
  readonly keyPackage: NewKeyPackage;
  #state: GroupState | undefined;

  private constructor(mls: Encryption, device: OwnDevice, keyPackage: NewKeyPackage) {
    this.#mls = mls;
    this.device = device;
    this.keyPackage = keyPackage;
  }

  static async make(mls: Encryption): Promise<Member> {
    const device = newDevice();
    return new Member(mls, device, await mls.generateKeyPackage(device, nowMs));
  }

  get state(): GroupState {
    assert.ok(this.#state);
    return this.#state;
  }

  /** As a store gives it back: the same bytes, in other objects. */
  set state(state: GroupState) {
    this.#state = copyOf(state);
  }

  get invited() {
    return { device: this.device, keyPackage: this.keyPackage.publicPart };
  }

  get name(): string {
    return hex(this.device.deviceId);
  }

  async join(welcome: Uint8Array | undefined, trusted: readonly TrustedDevice[]): Promise<void> {
    assert.ok(welcome);
    this.state = await this.#mls.join(this.device, welcome, this.keyPackage, trusted);
  }

  stage(change: MembershipChange, trusted: readonly TrustedDevice[]): Promise<StagedCommit> {
    return this.#mls.stageCommit(this.state, change, trusted, nowMs);
  }

  confirm({ staged }: StagedCommit): void {
    const { state, destroyUsed } = this.#mls.confirmCommit(this.state, staged);
    this.state = state;
    destroyUsed();
  }

  async write(text: string): Promise<Uint8Array> {
    const { state, message, destroyUsed } = await this.#mls.encrypt(this.state, utf8(text));
    this.state = state;
    destroyUsed();
    return message;
  }

  async take(message: Uint8Array, trusted: readonly TrustedDevice[]): Promise<Decrypted> {
    const read = await this.#mls.decrypt(this.state, message, trusted);
    if (read.kind !== "removed") {
      this.state = read.state;
      read.destroyUsed();
    }
    return read;
  }

  async read(message: Uint8Array, trusted: readonly TrustedDevice[]): Promise<string> {
    const read = await this.take(message, trusted);
    assert.ok(read.kind === "application");
    return textFromUtf8(read.content);
  }

  secret(label = "lock", length = 32, context = new Uint8Array()): Promise<string> {
    return this.#mls.exportSecret(this.state, label, context, length).then(hex);
  }
}

function refused(reason: RefusalReason) {
  return (error: unknown) => error instanceof EncryptionRefused && error.reason === reason;
}

const namesOf = (devices: readonly MemberDevice[]) =>
  devices.map(({ deviceId }) => hex(deviceId)).sort();

export function encryptionContract(name: string, load: () => Promise<Encryption>): void {
  describe(`groups by ${name}`, () => {
    let mls: Encryption;
    let anna: Member;
    let ben: Member;
    let carl: Member;
    /** Not in the group. */
    let dora: Member;
    let trusted: TrustedDevice[];

    beforeEach(async () => {
      mls = await load();
      [anna, ben, carl, dora] = (await Promise.all(
        Array.from({ length: 4 }, () => Member.make(mls)),
      )) as [Member, Member, Member, Member];
      trusted = [anna, ben, carl, dora].map(({ device }) => device);
      const started = await mls.startGroup(anna.device, [ben.invited, carl.invited], nowMs);
      anna.state = started.state;
      for (const other of [ben, carl]) await other.join(started.welcome, trusted);
    });

    /** What one wrote is read by all of these. */
    async function readByAll(writer: Member, readers: readonly Member[], text: string) {
      const message = await writer.write(text);
      for (const reader of readers) assert.equal(await reader.read(message, trusted), text);
    }

    const without = (...gone: Member[]) =>
      trusted.filter((device) => !gone.some((member) => member.device === device));

    describe("a commit that is staged", () => {
      test("changes nothing until it is confirmed, and from then on all who followed it write in its epoch", async () => {
        const before = copyOf(anna.state);
        const staged = await anna.stage({ add: [dora.invited], remove: [] }, trusted);
        assert.deepEqual(copyOf(anna.state), before);
        await readByAll(anna, [ben, carl], "still before it");
        await readByAll(ben, [anna, carl], "and so they");
        for (const other of [ben, carl]) await other.take(staged.commit, trusted);
        const early = await ben.write("after it");
        await assert.rejects(anna.take(early, trusted), refused("future epoch"));
        anna.confirm(staged);
        await dora.join(staged.welcome, trusted);
        for (const other of [anna, carl, dora])
          assert.equal(await other.read(early, trusted), "after it");
        await readByAll(anna, [ben, carl, dora], "from her");
        await readByAll(dora, [anna, ben, carl], "from the newcomer");
      });

      test("is forgotten where it comes to nothing, and another is staged in its place", async () => {
        await anna.stage({ add: [], remove: [ben.device.deviceId] }, without(ben));
        await readByAll(anna, [ben, carl], "as if it had not been");
        await readByAll(ben, [anna, carl], "nor for him");
        const other = await anna.stage({ add: [dora.invited], remove: [] }, trusted);
        for (const each of [ben, carl]) await each.take(other.commit, trusted);
        anna.confirm(other);
        await dora.join(other.welcome, trusted);
        await readByAll(anna, [ben, carl, dora], "the other");
      });

      test("is of one epoch: confirmed behind another commit, it is refused, and the group goes on", async () => {
        const hers = await anna.stage(nobody, trusted);
        const his = await ben.stage(nobody, trusted);
        for (const each of [anna, carl]) await each.take(his.commit, trusted);
        ben.confirm(his);
        assert.throws(() => anna.confirm(hers), { code: "profile_unreadable" });
        await readByAll(anna, [ben, carl], "in his epoch");
      });

      test("keeps what was read since it was staged from being read again", async () => {
        const staged = await anna.stage(nobody, trusted);
        const [first, late] = [await ben.write("once"), await ben.write("late")];
        assert.equal(await anna.read(first, trusted), "once");
        anna.confirm(staged);
        await assert.rejects(anna.take(first, trusted), refused("used"));
        assert.equal(await anna.read(late, trusted), "late");
      });
    });

    describe("two commits of one epoch", () => {
      test("are told apart: who followed one refuses the other, by name, and reads on", async () => {
        const hers = await anna.stage(nobody, trusted);
        const his = await ben.stage(nobody, trusted);
        await carl.take(hers.commit, trusted);
        anna.confirm(hers);
        ben.confirm(his);
        for (const [member, other] of [
          [anna, his],
          [carl, his],
          [ben, hers],
        ] as const)
          await assert.rejects(member.take(other.commit, trusted), refused("forked"));
        await readByAll(anna, [carl], "those who went one way");
      });

      test("are not two where one comes again: that is a repetition", async () => {
        const staged = await anna.stage(nobody, trusted);
        await ben.take(staged.commit, trusted);
        await assert.rejects(ben.take(staged.commit, trusted), refused("used"));
      });

      test("are not two where the other is nobody's who is vouched for, or was changed", async () => {
        const [hers, his] = [await anna.stage(nobody, trusted), await ben.stage(nobody, trusted)];
        await carl.take(hers.commit, trusted);
        await assert.rejects(carl.take(his.commit, without(ben)), refused("untrusted"));
        const changed = his.commit.slice();
        changed[changed.length - 1]! ^= 1;
        await assert.rejects(carl.take(changed, trusted), refused("forged"));
        await assert.rejects(carl.take(his.commit, trusted), refused("forked"));
      });
    });

    describe("who is in a group", () => {
      test("is told, from the start and by each commit, as it is by its members", async () => {
        const all = [anna, ben, carl];
        for (const { state } of all)
          assert.deepEqual(namesOf(mls.membersOf(state)), namesOf(without(dora)));
        const change = { add: [dora.invited], remove: [carl.device.deviceId] };
        const staged = await anna.stage(change, without(carl));
        const read = await ben.take(staged.commit, trusted);
        assert.ok(read.kind === "commit");
        const { accountId, deviceId } = dora.device;
        assert.deepEqual(read.joined, [{ accountId, deviceId }]);
        const gone = { accountId: carl.device.accountId, deviceId: carl.device.deviceId };
        assert.deepEqual(read.left, [gone]);
        anna.confirm(staged);
        await dora.join(staged.welcome, trusted);
        for (const { state } of [anna, ben, dora])
          assert.deepEqual(namesOf(mls.membersOf(state)), namesOf(without(carl)));
        const renewal = await ben.stage(nobody, trusted);
        const renewed = await anna.take(renewal.commit, trusted);
        assert.ok(renewed.kind === "commit");
        assert.deepEqual([renewed.joined, renewed.left], [[], []]);
      });

      /** Carl is removed, and reads nothing that comes after. */
      async function removal(change: MembershipChange) {
        const staged = await anna.stage(change, without(carl));
        await ben.take(staged.commit, without(carl));
        anna.confirm(staged);
        const message = await anna.write("without carl");
        assert.equal(await ben.read(message, trusted), "without carl");
        await assert.rejects(carl.take(message, trusted), refused("future epoch"));
        assert.deepEqual(await carl.take(staged.commit, trusted), { kind: "removed" });
        const late = await carl.write("from outside");
        await assert.rejects(ben.take(late, without(carl)), refused("untrusted"));
        assert.notEqual(await carl.secret(), await anna.secret());
      }

      test("reads nothing of what comes after they were removed, and is told", () =>
        removal({ add: [], remove: [carl.device.deviceId] }));

      test("reads nothing more where the commit that removes them adds another, and is told", () =>
        removal({ add: [dora.invited], remove: [carl.device.deviceId] }));

      test("cannot read what was written before they came", async () => {
        const early = await ben.write("before dora");
        const staged = await anna.stage({ add: [dora.invited], remove: [] }, trusted);
        await ben.take(staged.commit, trusted);
        anna.confirm(staged);
        await dora.join(staged.welcome, trusted);
        await assert.rejects(dora.take(early, trusted), refused("used"));
        assert.equal(await anna.read(early, trusted), "before dora");
        await readByAll(ben, [anna, dora], "with dora");
      });

      test("is nobody whom nobody vouches for: not by a Welcome, not by a commit, not by one's own", async () => {
        const change = { add: [dora.invited], remove: [] };
        await assert.rejects(anna.stage(change, without(dora)), refused("untrusted"));
        const staged = await anna.stage(change, trusted);
        await assert.rejects(ben.take(staged.commit, without(dora)), refused("forged"));
        await assert.rejects(dora.join(staged.welcome, without(ben)), refused("forged"));
        await ben.take(staged.commit, trusted);
        await dora.join(staged.welcome, trusted);
        // Whoever is not vouched for any more is removed by the next commit of one's own, or it is none.
        await assert.rejects(anna.stage(nobody, without(carl)), refused("untrusted"));
        await anna.stage({ add: [], remove: [carl.device.deviceId] }, without(carl));
      });

      test("is the device that is meant, not another of those who are vouched for", async () => {
        const { device } = await Member.make(mls);
        const wrong = { device, keyPackage: dora.keyPackage.publicPart };
        const all = [...trusted, device];
        await assert.rejects(anna.stage({ add: [wrong], remove: [] }, all), refused("untrusted"));
        await anna.stage({ add: [dora.invited], remove: [] }, all);
      });

      test("is not somebody who is not in it: they are not removed", async () => {
        const change = { add: [], remove: [dora.device.deviceId] };
        await assert.rejects(anna.stage(change, trusted), refused("untrusted"));
      });

      test("grows by one after another, and each of them joins, or is not added", async () => {
        const members = [anna, ben, carl];
        let joined = 0;
        let unjoinable = 0;
        for (let count = 0; count < 6; count += 1) {
          const newcomer = await Member.make(mls);
          trusted.push(newcomer.device);
          let staged: StagedCommit;
          try {
            staged = await anna.stage({ add: [newcomer.invited], remove: [] }, trusted);
          } catch (error) {
            assert.ok(refused("unjoinable")(error));
            unjoinable += 1;
            staged = await anna.stage(nobody, trusted);
          }
          for (const other of members.slice(1)) await other.take(staged.commit, trusted);
          anna.confirm(staged);
          if (!staged.welcome) continue;
          await newcomer.join(staged.welcome, trusted);
          members.push(newcomer);
          joined += 1;
        }
        assert.ok(joined >= 3, `${joined} joined, ${unjoinable} could not`);
        await readByAll(members.at(-1) as Member, members.slice(0, -1), "from the last");
      });
    });

    describe("a secret that is exported", () => {
      test("is the same for all who are in the group, of the length that is asked for", async () => {
        const secrets = await Promise.all([anna, ben, carl].map((member) => member.secret()));
        assert.deepEqual(new Set(secrets).size, 1);
        assert.equal((await anna.secret("lock", 16)).length, 2 * 16);
        await anna.write("nothing changes by a text");
        assert.equal(await anna.secret(), secrets[0]);
      });

      test("is another by label, by context, and in each epoch", async () => {
        const first = [
          await anna.secret(),
          await anna.secret("other"),
          await anna.secret("lock", 32, utf8("context")),
        ];
        const staged = await anna.stage(nobody, trusted);
        assert.equal(await anna.secret(), first[0]);
        await ben.take(staged.commit, trusted);
        anna.confirm(staged);
        assert.equal(await anna.secret(), await ben.secret());
        assert.equal(new Set([...first, await anna.secret(), await carl.secret()]).size, 4);
      });
    });
  });
}
