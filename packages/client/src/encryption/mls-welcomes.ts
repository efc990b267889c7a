// How large a group is that somebody was welcomed to, looked at before it is joined: a place without anybody in it costs its maker
// a byte, and whoever joins a tenth of a millisecond and 143 bytes of state for each node of the tree.
import type { CiphersuiteImpl } from "ts-mls";
import { decodeGroupInfo, ratchetTreeFromExtension } from "ts-mls/groupInfo.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { EncryptionRefused } from "./encryption.ts";

// 128 places: far more than two manifests have room for devices, with places that were left between them.
const mostNodes = 255;

/** The same, by which no larger group can be joined. */
export function joiningSmallGroups(suite: CiphersuiteImpl): CiphersuiteImpl {
  const { hpke } = suite;
  const decryptAead: typeof hpke.decryptAead = async (...given) => {
    // What a Welcome's receiver decrypts so is the group's description, and nothing else.
    const described = await hpke.decryptAead(...given);
    const [info] = decodeGroupInfo(described, 0) ?? [];
    if (!info || !isSmall(ratchetTreeFromExtension(info))) throw new EncryptionRefused("untrusted");
    return described;
  };
  return { ...suite, hpke: { ...hpke, decryptAead } };
}

/** Lists of those below a node are gone through once for each that is in them. */
function isSmall(tree: RatchetTree | undefined): boolean {
  const isShortAt = (node: RatchetTree[number]) =>
    node?.nodeType !== "parent" || node.parent.unmergedLeaves.length <= mostNodes;
  return tree !== undefined && tree.length <= mostNodes && tree.every(isShortAt);
}
