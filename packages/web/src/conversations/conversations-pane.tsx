// The list of conversations, with what stands above it: the banner that says whether private messages are on.
import { Eye, Search, Settings, SquarePen } from "lucide-react";
import { useLocation } from "wouter";
import { IconButton } from "../elements/button.tsx";
import { UpdateLine } from "../install/update-line.tsx";
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { Banner } from "./banner.tsx";
import { ConversationList } from "./conversation-list.tsx";
import "../elements/screen.css";
import "./conversations-pane.css";

export function ConversationsPane() {
  const words = useWords();
  const [, go] = useLocation();
  const opening = usePhone((state) => state.opening);
  const isEmpty = usePhone(({ conversations }) => conversations.length === 0);
  return (
    <section className="pane screen" aria-label={words.conversations}>
      <header className="screen-head">
        <h1>{words.conversations}</h1>
        <IconButton label={words.search} onClick={() => go(places.search)}>
          <Search aria-hidden="true" />
        </IconButton>
        <IconButton label={words.whatLeft} onClick={() => go(places.whatLeft)}>
          <Eye aria-hidden="true" />
        </IconButton>
        <IconButton label={words.settings} onClick={() => go(places.settings)}>
          <Settings aria-hidden="true" />
        </IconButton>
      </header>
      <Banner />
      <UpdateLine />
      {isEmpty && opening === "open" ? (
        <div className="no-conversations">
          <p>{words.noConversations}</p>
          <p className="hint">{words.noConversationsHint}</p>
        </div>
      ) : (
        <ConversationList />
      )}
      <button type="button" className="new-message" onClick={() => go(places.newMessage)}>
        <SquarePen aria-hidden="true" />
        {words.newMessage}
      </button>
    </section>
  );
}
