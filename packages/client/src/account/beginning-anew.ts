// Beginning anew at the service, where this device or the service was set back to an earlier state: other KeyPackages and
// another generation of the mailbox.
import { AssentError, RestartDeviceRequestSchema } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { GivingUp } from "./giving-up.ts";
import {
  areEnoughMade,
  changesOfOffered,
  type KeyPackageMaking,
  makeKeyPackages,
  offerKeyPackages,
} from "./key-packages.ts";
import type { ProfileStateKeeper } from "./profile-state.ts";
import { isRestartDue } from "./restart-due.ts";
import type { Requester } from "./signed-requests.ts";

export interface BeginningAnew extends KeyPackageMaking {
  readonly state: ProfileStateKeeper;
  readonly givingUp: GivingUp;
}

/**
 * Begins anew where that is due. Where the answer is lost, the next call goes on with the same generation.
 * @param mailboxGeneration as the inbox said last.
 * @throws AssentError rate_limited where it was done too often today; as whatever is asked of the service.
 * @returns whether it did: an inbox that is open is of the generation before.
 */
export async function beginAnew(
  parts: BeginningAnew,
  requester: Requester,
  mailboxGeneration: number,
): Promise<boolean> {
  const { state, now } = parts;
  const { restart } = state.current;
  if (!restart || !isRestartDue(state.current, now())) return false;
  if (await areEnoughMade(parts.records, now())) throw new AssentError("rate_limited");
  const isChosen = restart.generation >= mailboxGeneration && restart.generation > 0;
  const generation = isChosen ? restart.generation : mailboxGeneration + 1;
  await state.change({ restart: { ...restart, generation } });
  const made = await makeKeyPackages(parts, requester.device, { withLastResort: true });
  const body = toBinary(
    RestartDeviceRequestSchema,
    create(RestartDeviceRequestSchema, {
      generation,
      keyPackages: [...made.singleUse],
      ...(made.lastResort ? { lastResort: made.lastResort } : {}),
    }),
  );
  const procedure = "/assent.v1.AccountService/RestartDevice";
  const { account } = parts.service(requester.cell.url);
  await offerKeyPackages(parts.records, made, () =>
    parts.signedRequests.call(requester, procedure, body, (request) =>
      account.restartDevice({ request }),
    ),
  );
  const restartedAtMs = restart.setBack ? BigInt(now()) : state.current.restartedAtMs;
  await state.change({ restart: undefined, restartedAtMs, generation }, async (step) => [
    ...(await changesOfOffered(step, made, {
      replacesAll: true,
      lineage: state.current.lineage,
      nowMs: now(),
    })),
    ...(restart.setBack ? await parts.givingUp.beginningAnew(step) : []),
  ]);
  return true;
}
