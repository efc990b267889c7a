// The list of conversations, with what stands above it: the chip and the banner that say whether private messages are
// on, and the way to search.
import { Archive, ChevronLeft, Eye, Search, Settings, SquarePen } from "lucide-react";
import { useId, useState } from "react";
import { useLocation } from "wouter";
import { IconButton } from "../elements/button.tsx";
import { Mark } from "../elements/mark.tsx";
import { UpdateLine } from "../install/update-line.tsx";
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { Banner, Chip, useFolding } from "./banner.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { useStanding } from "./standing.ts";
import "../elements/screen.css";
import "./conversations-pane.css";

export function ConversationsPane() {
  const words = useWords();
  const [, go] = useLocation();
  const opening = usePhone((state) => state.opening);
  const isEmpty = usePhone(({ conversations }) => conversations.length === 0);
  const hasTexted = usePhone(({ conversations }) => conversations.some(({ newest }) => newest));
  const archived = usePhone((state) => state.archived);
  const [wantsArchive, setArchive] = useState(false);
  const isArchive = wantsArchive && archived > 0;
  const standing = useStanding();
  const folding = useFolding(standing);
  const bannerId = useId();
  return (
    <section className="pane screen conversations" aria-label={words.conversations}>
      <header className="screen-head">
        <h1>{words.conversations}</h1>
        <Chip standing={standing} folding={folding} controls={bannerId} />
        <IconButton label={words.whatLeft} onClick={() => go(places.whatLeft)}>
          <Eye aria-hidden="true" />
        </IconButton>
        <IconButton label={words.settings} onClick={() => go(places.settings)}>
          <Settings aria-hidden="true" />
        </IconButton>
      </header>
      <Banner id={bannerId} standing={standing} isFolded={folding.isFolded} />
      <UpdateLine />
      <div className="list-tools">
        <button type="button" className="search-way" onClick={() => go(places.search)}>
          <Search aria-hidden="true" size={20} />
          <span className="search-way-words">{words.searchDevice}</span>
          <span className="key">Ctrl K</span>
        </button>
        <button
          type="button"
          className={hasTexted ? "new-message" : "new-message with-words"}
          aria-label={words.newMessage}
          title={words.newMessage}
          onClick={() => go(places.newMessage)}
        >
          <SquarePen aria-hidden="true" size={22} />
          <span aria-hidden="true">{words.newMessage}</span>
        </button>
      </div>
      <ArchiveWay count={archived} isArchive={isArchive} onToggle={() => setArchive(!isArchive)} />
      {isEmpty && opening === "open" ? (
        <NoConversations />
      ) : (
        <ConversationList key={String(isArchive)} isArchive={isArchive} />
      )}
    </section>
  );
}

interface ArchiveWayProps {
  readonly count: number;
  readonly isArchive: boolean;
  readonly onToggle: () => void;
}

/** To what was put away, and back. */
function ArchiveWay({ count, isArchive, onToggle }: ArchiveWayProps) {
  const words = useWords();
  if (count === 0) return null;
  return (
    <button type="button" className="archive-way" aria-expanded={isArchive} onClick={onToggle}>
      {isArchive ? (
        <ChevronLeft className="archive-back" aria-hidden="true" size={18} />
      ) : (
        <Archive aria-hidden="true" size={18} />
      )}
      {isArchive ? words.backToMessages : words.archived}
      {!isArchive && <span className="hint">{count}</span>}
    </button>
  );
}

function NoConversations() {
  const words = useWords();
  const isOn = usePhone(({ status }) => status?.phase === "on");
  return (
    <div className="no-conversations">
      <Mark isOn={isOn} />
      <p className="no-conversations-title">{words.noConversations}</p>
      <p className="hint">{words.noConversationsHint}</p>
    </div>
  );
}
