// Right requests of every procedure, as bytes: what the drill changes.
import assert from "node:assert/strict";
import {
  sealedNumberOf,
  sealedSmsOf,
  signedCall,
  startRequest,
  updateRequest,
} from "@assent/bare-phone";
import * as protocol from "@assent/protocol";
import {
  AccountService,
  AddKeyPackagesRequestSchema,
  blindInput,
  CellService,
  CreateAccountRequestSchema,
  contractVersion,
  DeleteByClaimRequestSchema,
  DirectoryService,
  DiscoveryService,
  EvaluateCallSchema,
  EvaluateRequestSchema,
  GetParametersRequestSchema,
  GetRecordRequestSchema,
  GetSmsStatesRequestSchema,
  Intent,
  MoveNumberRequestSchema,
  RegistrationService,
  RenewClaimRequestSchema,
  RestartDeviceRequestSchema,
  randomBytes,
  SendSmsRequestSchema,
  SmsRelayService,
  StartRegistrationRequestSchema,
  TakeKeyPackagesRequestSchema,
  UpdateAccountRequestSchema,
  utf8,
  VerifyCodeRequestSchema,
} from "@assent/protocol";
import type { DescMethodUnary, DescService } from "@bufbuild/protobuf";
import { pathOf } from "./calls.ts";
import { encoded } from "./made-anew.ts";
import type { FuzzedPhone, FuzzedService } from "./service.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Every procedure of the contract: of every service that it exports. */
export const procedures: readonly DescMethodUnary[] = (Object.values(protocol) as unknown[])
  .filter(isService)
  .flatMap(({ methods }) => methods as DescMethodUnary[]);

function isService(exported: unknown): exported is DescService {
  return (exported as Partial<DescService> | undefined)?.kind === "service";
}

/** Those whose request is an AuthenticatedRequest, and what is right inside it. */
export const signedBodies = new Map<DescMethodUnary, (phone: FuzzedPhone) => Promise<Bytes>>([
  [DiscoveryService.method.evaluate, async () => evaluateBody()],
  [
    DirectoryService.method.addKeyPackages,
    async () => encoded(AddKeyPackagesRequestSchema, some()),
  ],
  [
    AccountService.method.restartDevice,
    async () => encoded(RestartDeviceRequestSchema, { generation: 2, ...some() }),
  ],
  [AccountService.method.deleteAccount, async () => new Uint8Array()],
  [
    RegistrationService.method.renewClaim,
    async (phone) => encoded(RenewClaimRequestSchema, await sealedNumberOf(phone, Intent.RENEW)),
  ],
  [SmsRelayService.method.nameSms, async () => new Uint8Array()],
  [
    SmsRelayService.method.sendSms,
    async (phone) => {
      // Under a name of nobody's: those that are given are few, and what is sealed does not open once it is changed.
      const sms = { to: phone.number, text: "Hello." };
      return encoded(SendSmsRequestSchema, await sealedSmsOf(phone, randomBytes(32), sms));
    },
  ],
  [
    SmsRelayService.method.getSmsStates,
    async () => encoded(GetSmsStatesRequestSchema, { names: [randomBytes(32)] }),
  ],
]);

/** A whole right request of a procedure, of an account or a number that nobody else uses. */
export async function rightRequest(
  service: FuzzedService,
  method: DescMethodUnary,
): Promise<Bytes> {
  const body = signedBodies.get(method);
  if (body) {
    const phone = await service.newPhone();
    return signedRequest(phone, method, await body(phone));
  }
  const make = unsigned.get(method);
  assert.ok(make, `nothing is asked of ${method.name}`);
  return make(service);
}

const unsigned = new Map<DescMethodUnary, (service: FuzzedService) => Promise<Bytes>>([
  [
    CellService.method.getParameters,
    async () => encoded(GetParametersRequestSchema, { contract: contractVersion }),
  ],
  [
    RegistrationService.method.startRegistration,
    async (service) =>
      encoded(StartRegistrationRequestSchema, await startRequest(await service.newStranger())),
  ],
  [
    RegistrationService.method.verifyCode,
    async (service) => encoded(VerifyCodeRequestSchema, await service.newCode()),
  ],
  [
    AccountService.method.createAccount,
    async (service) => encoded(CreateAccountRequestSchema, (await service.newProof()).request),
  ],
  [
    AccountService.method.updateAccount,
    async (service) => {
      const phone = await service.newPhone();
      return encoded(UpdateAccountRequestSchema, await updateRequest(phone, phone.keys, 2n));
    },
  ],
  [
    AccountService.method.deleteByClaim,
    async (service) => {
      const phone = await service.newPhone();
      return encoded(DeleteByClaimRequestSchema, { claim: await service.claimToLeave(phone) });
    },
  ],
  [
    AccountService.method.moveNumber,
    async (service) => {
      const phone = await service.newPhone();
      const { claim } = (await service.newProof()).request;
      return encoded(MoveNumberRequestSchema, await updateRequest(phone, phone.keys, 2n, claim));
    },
  ],
  [
    DirectoryService.method.getRecord,
    async (service) => {
      const { lookupKey } = (await service.newPhone()).keys;
      return encoded(GetRecordRequestSchema, { lookupKey });
    },
  ],
  [
    DirectoryService.method.takeKeyPackages,
    async (service) => {
      const { accountId } = await service.newPhone();
      return encoded(TakeKeyPackagesRequestSchema, { accountId });
    },
  ],
]);

/** A whole call as bytes: all that are signed have the one field. */
export async function signedRequest(
  phone: FuzzedPhone,
  method: DescMethodUnary,
  body: Uint8Array,
): Promise<Bytes> {
  const procedure = pathOf(method).replace("/assent.v1.", "");
  return encoded(EvaluateCallSchema, { request: await signedCall(phone, procedure, body) });
}

function evaluateBody(): Bytes {
  const blindedElements = [1, 2, 3].map(
    (n) => blindInput(utf8(`+491511234567${n}`)).blindedElement,
  );
  return encoded(EvaluateRequestSchema, { voprfEpoch: 1, blindedElements });
}

function some() {
  const keyPackages = [randomBytes(40), randomBytes(40)];
  return { keyPackages, lastResort: randomBytes(40) };
}
