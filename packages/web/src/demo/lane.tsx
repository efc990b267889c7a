// A lane between the phones, with the station in its middle, and what travels on it now: open for all to read, or sealed. What
// it shows stands in the card below; nobody needs to see it move.
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { anna } from "./phones.ts";
import type { Carried } from "./sms-network.ts";
import "../elements/tag.css";

interface LaneProps {
  readonly look: "open" | "sealed";
  /** What was carried last. */
  readonly carried: Carried | undefined;
  /** The station. */
  readonly children: ReactNode;
}

export function Lane({ look, carried, children }: LaneProps) {
  const isBack = carried !== undefined && carried.from !== anna.number;
  return (
    <div className={`demo-lane ${look}`}>
      {carried && (
        <span
          key={carried.id}
          className={isBack ? "demo-packet back" : "demo-packet"}
          aria-hidden="true"
        >
          {carried.kind === "sms" ? (
            carried.text
          ) : (
            <>
              <Lock size={14} />
              {sizeOf(carried.size)}, sealed
            </>
          )}
        </span>
      )}
      <p className="demo-station">{children}</p>
    </div>
  );
}

export function sizeOf(bytes: number): string {
  return bytes < 1_000 ? `${bytes} bytes` : `${(bytes / 1_000).toFixed(1)} kB`;
}
