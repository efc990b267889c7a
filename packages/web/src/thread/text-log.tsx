// The texts of a thread, in a list that holds only what is in sight. Stays at its end while somebody is there, and
// where it is while somebody reads further up.
import type { ConversationSummary, ThreadText } from "@assent/client";
import { ArrowDown, Lock, LockOpen } from "lucide-react";
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useLanguage, useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { Bubble } from "./bubble.tsx";
import { useFollowedEnd } from "./followed-end.ts";
import { TextSheet } from "./text-sheet.tsx";
import { ThreadCard } from "./thread-card.tsx";
import { rowsOf, type ThreadRow } from "./thread-rows.ts";
import type { ThreadWindow } from "./thread-window.ts";
import "./found.css";

interface TextLogProps {
  readonly conversation: ConversationSummary;
  readonly name: string;
  readonly inMemory: ThreadWindow;
  /** Of a text that was looked for: it is in sight at first, and marked. */
  readonly foundKey: string | undefined;
  /** The end is in sight: it was opened there, or somebody went there. */
  readonly onEnd: () => void;
}

// From here on to the beginning, older texts are loaded.
const loadAheadPixels = 600;
// More than what stands below the last row.
const edgePixels = 100;

export function TextLog({ conversation, name, inMemory, foundKey, onEnd }: TextLogProps) {
  const { number, unread } = conversation;
  const words = useWords();
  const { texts, hasOlder, loadOlder, letGoOfOldest } = inMemory;
  const notices = usePhone((state) => state.notices);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useRef<VirtualizerHandle>(null);
  const [soughtKey] = useState(foundKey);
  const found = useRef<HTMLDivElement>(null);
  const hasArrived = useRef(soughtKey === undefined);
  const firstUnread = useFirstUnread(texts, unread);
  const rows = useMemo(
    () =>
      texts
        ? rowsOf({
            texts,
            hasOlder,
            notices: notices.filter((notice) => notice.number === number),
            firstUnread,
          })
        : [],
    [texts, hasOlder, notices, number, firstUnread],
  );
  const [asked, setAsked] = useState<ThreadText>();
  const isUnanswered = !hasOlder && texts?.every(({ outgoing }) => outgoing) === true;

  const hasOtherBeginning = useHasChanged(rows[0]?.key);
  const end = useFollowedEnd(scroller, rows, soughtKey === undefined);
  const goToEnd = () => {
    end.goThere();
    // The list may still be on its way to a text that was looked for: told otherwise, it gives that up.
    virtual.current?.scrollToIndex(rows.length - 1, { align: "end", offset: edgePixels });
  };
  const isLoaded = texts !== undefined;
  const foundRow = soughtKey ? rows.findIndex(({ key }) => key === soughtKey) : -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is there
  useLayoutEffect(() => {
    if (!isLoaded || !soughtKey) return;
    if (foundRow === -1) {
      // It was deleted meanwhile.
      goToEnd();
      onEnd();
    } else {
      virtual.current?.scrollToIndex(foundRow, { align: "center" });
    }
  }, [isLoaded]);

  const loadAhead = () => {
    const isNear = scroller.current && scroller.current.scrollTop < loadAheadPixels;
    if (isNear && hasOlder) loadOlder();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: where somebody is shows in what is in sight, too
  useEffect(() => {
    if (end.isFollowed.current) letGoOfOldest();
    // Whoever is at the beginning already scrolls no further.
    loadAhead();
  }, [texts, end.isInSight]);

  const look = () => {
    end.look();
    if (end.isFollowed.current) onEnd();
  };
  const scrolled = () => {
    look();
    loadAhead();
  };

  const measured = () => {
    end.follow();
    // A thread that is not longer than the screen is never scrolled.
    requestAnimationFrame(arrive);
  };

  /** Once: the focus is brought there by the jump, and by no scrolling later on. */
  const arrive = () => {
    if (hasArrived.current || !found.current) return;
    look();
    // A row that was not measured yet is hidden, and takes no focus.
    found.current.focus({ preventScroll: true });
    hasArrived.current = document.activeElement === found.current;
  };

  return (
    <div className="log-frame">
      <div
        className="log"
        ref={scroller}
        role="log"
        // What comes is said beside it (said-aloud.tsx).
        aria-live="off"
        aria-label={words.messagesWith(name)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <div className="log-fill" />
        <Virtualizer
          ref={virtual}
          data={rows}
          scrollRef={scroller}
          shift={hasOtherBeginning}
          onScroll={scrolled}
          onScrollEnd={arrive}
          onResize={measured}
        >
          {(row) => (
            <Row
              key={row.key}
              row={row}
              conversation={conversation}
              name={name}
              isUnanswered={isUnanswered}
              onMore={setAsked}
              {...(row.key === soughtKey ? { found } : {})}
            />
          )}
        </Virtualizer>
      </div>
      {!end.isInSight && (
        <button type="button" className="jump" onClick={goToEnd}>
          <ArrowDown aria-hidden="true" size={18} />
          {words.jumpToLatest}
        </button>
      )}
      {asked && <TextSheet key={asked.key} text={asked} onClose={() => setAsked(undefined)} />}
    </div>
  );
}

/** Whether it was another one when this was drawn last. */
function useHasChanged(value: string | undefined): boolean {
  const before = useRef(value);
  const isOther = before.current !== undefined && before.current !== value;
  useLayoutEffect(() => {
    before.current = value;
  });
  return isOther;
}

interface RowProps {
  readonly row: ThreadRow;
  readonly conversation: ConversationSummary;
  readonly name: string;
  readonly isUnanswered: boolean;
  readonly onMore: (text: ThreadText) => void;
  /** Of the text that was looked for. */
  readonly found?: RefObject<HTMLDivElement | null>;
}

function Row({ row, conversation, name, isUnanswered, onMore, found }: RowProps) {
  const { words, day } = useLanguage();
  switch (row.kind) {
    case "card":
      return <ThreadCard conversation={conversation} name={name} />;
    case "day": {
      const isToday = row.at.toDateString() === new Date().toDateString();
      return (
        <p className="log-day">
          <span>{isToday ? words.today : day(row.at)}</span>
        </p>
      );
    }
    case "unread":
      return (
        <p className="log-unread">
          <span>{words.newTexts}</span>
        </p>
      );
    case "notice": {
      const sentence = {
        "key-changed": words.noticeKeyChanged,
        restarted: words.noticeRestarted,
        missing: words.noticeMissing(Math.max(row.notice.count, 1)),
      }[row.notice.kind];
      return <p className="log-notice">{sentence}</p>;
    }
    case "route": {
      const Sign = row.route === "sms" ? LockOpen : Lock;
      return (
        <p className={`log-route ${row.route}`}>
          <span>
            <Sign aria-hidden="true" size={14} />
            {row.route === "private"
              ? words.fromHerePrivate
              : row.isFirst
                ? words.startsSms
                : words.fromHereSms}
          </span>
        </p>
      );
    }
    case "text": {
      const bubble = <Bubble row={row} name={name} isUnanswered={isUnanswered} onMore={onMore} />;
      if (!found) return bubble;
      return (
        <div className="log-found" ref={found} tabIndex={-1}>
          {bubble}
        </div>
      );
    }
  }
}

/**
 * The first text that was unread when the thread was opened; it stays that while the thread is open. Known as soon as the
 * texts are: the list counts sizes by index, and a line that came between them later would have another row's size.
 */
function useFirstUnread(texts: ThreadWindow["texts"], unread: number): string | undefined {
  const [atOpening] = useState(unread);
  const decided = useRef<{ readonly key: string | undefined }>(undefined);
  if (texts && !decided.current) {
    const came = texts.filter(({ outgoing }) => !outgoing);
    decided.current = { key: atOpening > 0 ? came.at(-atOpening)?.key : undefined };
  }
  return decided.current?.key;
}
