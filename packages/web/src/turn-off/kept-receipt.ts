// The receipt of the last deletion, as this device keeps it.
import type { OwnerReceipt } from "@assent/client";
import { useEffect, useState } from "react";
import { phone, usePhone } from "../phone/phone-state.ts";

/** Undefined until the phone answered. Read again after each change of phase: leaving ends with a new one. */
export function useKeptReceipt(): OwnerReceipt | "none" | undefined {
  const phase = usePhone(({ status }) => status?.phase);
  const [receipt, setReceipt] = useState<OwnerReceipt | "none">();
  useEffect(() => {
    if (!phase) return;
    let isCurrent = true;
    void phone.receipt().then(
      (kept) => isCurrent && setReceipt(kept ?? "none"),
      () => isCurrent && setReceipt("none"),
    );
    return () => {
      isCurrent = false;
    };
  }, [phase]);
  return receipt;
}
