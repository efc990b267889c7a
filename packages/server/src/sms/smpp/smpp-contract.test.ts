// SMPP keeps the contract of all transports.

import { textOfSeptets } from "@assent/protocol";
import { keepsTheContract } from "../transport-contract-for-tests.ts";
import { startSmpp } from "./smpp-for-tests.ts";

keepsTheContract("smpp", ["refuse", "fall-silent", "report", "write"], async (context) => {
  const taken: { to: string; text: string }[] = [];
  let answering = "yes";
  const started = startSmpp(context, (smsc) => {
    smsc.onSubmit = (sms) => {
      if (answering === "no") return smsc.refuse(sms, 0x0b);
      if (answering === "not-now") return smsc.refuse(sms, 0x58);
      taken.push({ to: `+${sms.destination}`, text: textOfSeptets(sms.content) });
      if (answering === "yes") smsc.accept(sms, String(taken.length));
    };
  });
  const { sms, pass, reports, received, last, taking } = started;
  await pass(1);
  return {
    sms,
    took: async () => taken,
    pass: () => pass(1_000),
    reports,
    received,
    answer: (how) => {
      answering = how;
    },
    async report(index, report) {
      const from = taken[index]?.to.slice(1) ?? "";
      const state = report === "delivered" ? "DELIVRD" : "UNDELIV";
      last().report({ from, text: `id:${index + 1} stat:${state}` });
      await pass(1);
    },
    async write({ from, text }) {
      last().deliver(
        from.slice(1),
        Buffer.from(
          text.replaceAll("€", "\u001b\u0065").replaceAll("¿", "\u0060"),
          "latin1",
        ).toString("latin1"),
      );
      await pass(1);
    },
    taking,
  };
});
