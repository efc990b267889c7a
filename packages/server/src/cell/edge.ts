// CellService on the wire.
import type { CellService } from "@assent/protocol";
import type { ServiceImpl } from "@connectrpc/connect";
import { requireContract } from "../request-fields.ts";
import type { CellRole } from "./roles.ts";

export function cellEdge(cell: CellRole): ServiceImpl<typeof CellService> {
  return {
    async getParameters({ contract }) {
      requireContract(contract);
      const { parameters, certificate } = cell.published();
      return { parameters, certificate };
    },
  };
}
