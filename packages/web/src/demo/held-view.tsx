// What the service holds: every table of its store that has rows, as they lie there at this moment, and what it has none of.
// Rows that are deleted are seen going.
import { Lock, Server } from "lucide-react";
import { useStore } from "zustand";
import type { FollowedTable, HeldRows, HeldValue } from "./held-store.ts";
import { Lane } from "./lane.tsx";
import type { SmsNetwork } from "./sms-network.ts";

interface HeldViewProps {
  readonly held: HeldRows;
  readonly network: SmsNetwork;
}

export function HeldView({ held, network }: HeldViewProps) {
  const tables = useStore(held.tables);
  const carried = useStore(network.carried);
  const sealed = carried.findLast(({ kind }) => kind === "sealed");
  const shown = tables.filter(({ rows, deleted }) => rows > 0 || deleted > 0);
  const going = shown.filter(({ deleted }) => deleted > 0);
  const empty = tables.filter(({ rows, deleted }) => rows === 0 && deleted === 0);
  return (
    <section className="demo-seen" aria-label="What the service holds">
      <Lane look="sealed" carried={sealed}>
        <Server aria-hidden="true" size={20} />
        The service
        <span className="tag private">
          <Lock aria-hidden="true" size={12} />
          Private
        </span>
      </Lane>
      <div className="demo-card">
        <header>
          <h2>What the service holds</h2>
          <p className="hint">every row of its store, live</p>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className="demo-rows" aria-label="Rows of the store" tabIndex={0}>
          <table>
            <tbody>
              {shown.map((table) => (
                <Row key={table.name} table={table} order={going.indexOf(table)} />
              ))}
            </tbody>
          </table>
        </section>
        {tables.length > 0 && (
          <>
            <ul className="demo-none">
              <li>
                <strong>Phone numbers</strong> {columnsWith(tables, /^(phone_?)?number$|^e164$/)}
              </li>
              <li>
                <strong>Contacts</strong> {tablesWith(tables, /contact|address_?book|friend/)}
              </li>
              <li>
                <strong>Who wrote it</strong> {columnsWith(tables, /sender|author|^from/)}
              </li>
            </ul>
            {empty.length > 0 && (
              <details className="hint">
                <summary>{empty.length} more tables, all of them empty</summary>
                {empty.map(({ name }) => name).join(", ")}
              </details>
            )}
            <p className="hint">
              While it works it sees internet addresses and times. Those could hint at who.
            </p>
          </>
        )}
      </div>
    </section>
  );
}

interface RowProps {
  readonly table: FollowedTable;
  /** Among those that lose rows now; -1 where none goes. */
  readonly order: number;
}

function Row({ table: { name, rows, newest, deleted, added }, order }: RowProps) {
  const look = deleted > 0 ? "goes" : added > 0 ? "came" : "";
  return (
    <tr className={look} style={{ animationDelay: order > 0 ? `${order * 220}ms` : undefined }}>
      <th scope="row">{name}</th>
      <td className="demo-sample">
        {deleted > 0 && rows === 0 ? "deleted" : newest.slice(0, 2).map(sampleOf).join(" · ")}
      </td>
      <td className="demo-rows-count">{rows === 1 ? "1 row" : `${rows} rows`}</td>
    </tr>
  );
}

/** Its first columns that say something, as they lie there. */
function sampleOf(row: Readonly<Record<string, HeldValue>>): string {
  return Object.entries(row)
    .filter(([column, value]) => column !== "id" && value !== null)
    .slice(0, 2)
    .map(([column, value]) => `${column} ${written(value)}`)
    .join(" ");
}

function written(value: HeldValue): string {
  if (typeof value === "object" && value !== null) return `${value.begin}…`;
  const text = String(value);
  return text.length > 12 ? `${text.slice(0, 12)}…` : text;
}

function tablesWith(tables: readonly FollowedTable[], pattern: RegExp): string {
  return tables.find(({ name }) => pattern.test(name))?.name ?? "no such table";
}

/** Of the rows there are, as their columns are named. */
function columnsWith(tables: readonly FollowedTable[], pattern: RegExp): string {
  const found = tables.flatMap(({ newest }) => newest.flatMap((row) => Object.keys(row)));
  return found.find((column) => pattern.test(column)) ?? "no such column";
}
