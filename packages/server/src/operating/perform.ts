// What each command of the operating socket does.
import type { Answers, Command } from "./command.ts";
import type { OperatingCommands } from "./operating.ts";

/** @param told lines before the answer. @throws OperatingError refused */
export function perform(
  commands: OperatingCommands,
  asked: Command,
  told: (json: object) => void,
): Promise<Answers[Command["command"]]> {
  switch (asked.command) {
    case "status":
      return commands.status();
    case "clock-is-right":
      return commands.confirmClock();
    case "backup":
      return commands.backUp(asked.file, (progress) => told({ progress }));
    case "rotate":
      return commands.rotate(asked.rotation);
    case "registration":
      return commands.setRegistration(asked.is);
    case "make-invitations":
      return commands.makeInvitations(asked.count, asked.days);
    case "count-invitations":
      return commands.countInvitations();
    case "withdraw-invitations":
      return commands.withdrawInvitations(asked.which);
    case "origins":
      return commands.setOrigins(asked.are);
    case "sms-relay":
      return commands.setSmsRelay(asked.is);
    case "ends":
      return commands.announceEnd(asked.end);
    case "goes-on":
      return commands.withdrawEnd();
    case "code-to-leave":
      return commands.sendCodeToLeave(asked.number);
    case "leave":
      return commands.leave(asked.session, asked.code);
    case "add-never":
      return commands.addNever(asked.number);
    case "remove-never":
      return commands.removeNever(asked.number);
    case "count-never":
      return commands.countNever();
    case "drain":
      return commands.drain();
    case "undrain":
      return commands.undrain();
  }
}
