// The contract of the encryption port, kept by ts-mls.
import { loadMls } from "../../packages/client/src/encryption/mls.ts";
import { encryptionContract } from "./encryption.contract.ts";

encryptionContract("ts-mls", loadMls);
