// Numbers as their country writes them. Only the phone knows how; the page does not carry what it takes.
import type { PhoneNumber } from "@assent/protocol";
import { useEffect, useState } from "react";
import { isolated } from "../language/isolated.ts";
import type { TypedNumber } from "./phone.ts";
import { phone } from "./phone-state.ts";

/** The number as it is until the phone answered. Keeps its direction in any sentence. */
export function useShownNumber(number: PhoneNumber | undefined): string {
  const [read, setRead] = useState<TypedNumber>();
  useEffect(() => {
    if (number) void phone.readNumber(number).then(setRead, () => undefined);
  }, [number]);
  const isRead = read?.kind === "number" && read.number === number;
  const shown = isRead ? read.shown : number;
  return shown ? isolated(shown) : "";
}
