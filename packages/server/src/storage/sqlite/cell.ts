// The cell port on SQLite: one row, which is there before the cell is.
import type { CellStore, StoredCell } from "../../cell/store.ts";
import type { Operations, Workspace } from "./operations.ts";

interface CellRow {
  readonly cell_id: Uint8Array;
  readonly parameters_sequence: number;
  readonly parameters_hash: Uint8Array;
}

export function cellOperations({ database }: Workspace): Operations<CellStore> {
  const selectCell = database.prepare(
    `SELECT cell_id, parameters_sequence, parameters_hash FROM cell WHERE cell_id IS NOT NULL`,
  );
  const writeCell = database.prepare(
    "UPDATE cell SET cell_id = ?, parameters_sequence = ?, parameters_hash = ?",
  );

  return {
    cell(): StoredCell | undefined {
      const row = selectCell.get() as CellRow | undefined;
      return (
        row && {
          cellId: row.cell_id,
          parametersSequence: row.parameters_sequence,
          parametersHash: row.parameters_hash,
        }
      );
    },

    keep({ cellId, parametersSequence, parametersHash }: StoredCell): void {
      writeCell.run(cellId, parametersSequence, parametersHash);
    },
  };
}
