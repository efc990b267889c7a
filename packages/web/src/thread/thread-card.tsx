// Who a thread is with, at its beginning: large, with the number, and with the way to all that can be known and decided.
import type { ConversationSummary } from "@assent/client";
import { ShieldCheck, UserRound } from "lucide-react";
import { Link } from "wouter";
import { Avatar } from "../elements/avatar.tsx";
import { RouteName } from "../elements/route-name.tsx";
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";

interface ThreadCardProps {
  readonly conversation: ConversationSummary;
  readonly name: string;
}

export function ThreadCard({ conversation, name }: ThreadCardProps) {
  const words = useWords();
  const { id, number, written, route, compared } = conversation;
  const isNamed = usePhone(({ names }) => names.has(number));
  return (
    <div className="thread-card">
      <Avatar name={name} number={number} size="large" />
      <p className="thread-card-name" dir="auto">
        {name}
      </p>
      <p className="thread-card-number">
        {isNamed ? <bdi dir="ltr">{written}</bdi> : words.notInContacts}
      </p>
      <RouteName route={route} />
      <div className="ways">
        {compared && (
          <Link className="button soft" href={places.verify(id)}>
            <ShieldCheck aria-hidden="true" size={18} />
            {words.verified}
          </Link>
        )}
        <Link className="button soft" href={places.person(id)}>
          <UserRound aria-hidden="true" size={18} />
          {words.details}
        </Link>
      </div>
    </div>
  );
}
