// Which screen is shown: the list on one side, what was opened on the other; on a phone one of the two.
import { lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { ConversationsPane } from "./conversations/conversations-pane.tsx";
import { isOfInputMethod } from "./elements/input-method.ts";
import { Mark } from "./elements/mark.tsx";
import { useWords } from "./language/language.ts";
import { useLock } from "./lock/lock.ts";
import { showBadge } from "./notifications/badge.ts";
import { useTelling } from "./notifications/use-telling.ts";
import { useForgettingUnused } from "./phone/begin-conversation.ts";
import { phone, usePhone } from "./phone/phone-state.ts";
import { places } from "./places.ts";
import { FaultBoundary } from "./trouble/fault-boundary.tsx";
import { isWelcomed, noteWelcomed, Welcome } from "./welcome/welcome.tsx";
import "./app.css";

// Whoever reads their list needs none of these yet.
const LockScreen = lazy(() => import("./lock/lock-screen.tsx"));
const Trouble = lazy(() => import("./trouble/trouble.tsx"));
const Thread = lazy(() => import("./thread/thread.tsx"));
const NewMessage = lazy(() => import("./new-message/new-message.tsx"));
const Contacts = lazy(() => import("./contacts/contacts.tsx"));
const Person = lazy(() => import("./person/person.tsx"));
const Verify = lazy(() => import("./person/verify.tsx"));
const Search = lazy(() => import("./search/search.tsx"));
const TurnOn = lazy(() => import("./turn-on/turn-on.tsx"));
const Settings = lazy(() => import("./settings/settings.tsx"));
const WhatLeft = lazy(() => import("./what-left/what-left.tsx"));
const TurnOff = lazy(() => import("./turn-off/turn-off.tsx"));
const Receipt = lazy(() => import("./turn-off/receipt.tsx"));

export function App() {
  const isLocked = useLock((state) => state.isLocked);
  const [place, go] = useLocation();
  useTitle(isLocked);
  useReconnecting();
  useTelling(go);
  if (!isLocked) return <Open place={place} go={go} />;
  return (
    <main>
      <FaultBoundary place={place}>
        <Suspense>
          <LockScreen />
        </Suspense>
      </FaultBoundary>
    </main>
  );
}

interface OpenProps {
  readonly place: string;
  readonly go: (place: string) => void;
}

/** What nobody sees while the app is locked. */
function Open({ place, go }: OpenProps) {
  const opening = usePhone((state) => state.opening);
  const [hasStarted, setStarted] = useState(false);
  useShortcuts(go);
  useForgettingUnused(place);
  if (opening !== "opening" && opening !== "open") {
    return (
      <main>
        <FaultBoundary place={place}>
          <Suspense>
            <Trouble opening={opening} />
          </Suspense>
        </FaultBoundary>
      </main>
    );
  }
  if (place === places.welcome || (place === places.list && !hasStarted && !isWelcomed())) {
    return (
      <main>
        <Welcome
          onStart={() => {
            noteWelcomed();
            setStarted(true);
            go(places.list);
          }}
        />
      </main>
    );
  }
  return (
    <main className="panes" data-showing={place === places.list ? "list" : "detail"}>
      <ConversationsPane />
      <div className="pane">
        <FaultBoundary place={place}>
          <Suspense>
            <Detail />
          </Suspense>
        </FaultBoundary>
      </div>
    </main>
  );
}

function Detail() {
  return (
    <Switch>
      <Route path={places.list} component={NothingChosen} />
      <Route path={places.newMessage} component={NewMessage} />
      <Route path={places.contacts} component={Contacts} />
      <Route path={places.search}>
        <Search />
      </Route>
      <Route path={places.turnOn}>
        <TurnOn />
      </Route>
      <Route path={places.turnOnInvited}>
        {({ invitation }) => <TurnOn invitation={invitation} />}
      </Route>
      <Route path={places.settings} component={Settings} />
      <Route path={places.whatLeft} component={WhatLeft} />
      <Route path={places.turnOff} component={TurnOff} />
      <Route path={places.receipt} component={Receipt} />
      <Route path="/with/:id">{({ id }) => <Thread key={id} id={id} />}</Route>
      <Route path="/with/:id/at/:text">
        {({ id, text }) => <Thread key={id} id={id} foundKey={text} />}
      </Route>
      <Route path="/with/:id/search">{({ id }) => <Search key={id} id={id} />}</Route>
      <Route path="/with/:id/person">{({ id }) => <Person key={id} id={id} />}</Route>
      <Route path="/with/:id/verify">{({ id }) => <Verify key={id} id={id} />}</Route>
      <Route>
        <Redirect to={places.list} />
      </Route>
    </Switch>
  );
}

function NothingChosen(): ReactNode {
  const words = useWords();
  const isOn = usePhone(({ status }) => status?.phase === "on");
  const keys: readonly [string, string][] = [
    ["Ctrl K", words.keysSearch],
    ["↑ ↓", words.keysMove],
    ["Esc", words.keysBack],
  ];
  return (
    <div className="nothing-chosen">
      <Mark isOn={isOn} />
      <p className="nothing-chosen-title">{words.chooseConversation}</p>
      <p className="nothing-chosen-hint">{words.chooseConversationHint}</p>
      <dl className="shortcuts">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt className="key">{key}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** What people's fingers know: Ctrl+K searches, Escape goes back to the list. */
function useShortcuts(go: (place: string) => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (isOfInputMethod(event)) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        go(places.search);
      } else if (event.key === "Escape" && !event.defaultPrevented && !isDialogOpen()) {
        go(places.list);
      }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [go]);
}

function isDialogOpen(): boolean {
  return document.querySelector('dialog[open], [role="menu"]') !== null;
}

/**
 * Unread conversations, where a tab and the sign of the app show them; those that were muted do not count. The sign tells how
 * many also while the app is locked, as a notification would.
 */
function useTitle(isLocked: boolean): void {
  const words = useWords();
  const unread = usePhone(({ opening, conversations }) =>
    opening === "opening" ? 0 : conversations.filter((one) => one.unread > 0 && !one.muted).length,
  );
  // Before anybody sees what is locked.
  useLayoutEffect(() => {
    document.title = unread > 0 && !isLocked ? `(${unread}) ${words.appName}` : words.appName;
    showBadge(unread);
  }, [unread, isLocked, words]);
}

/** Whoever looks at the app again is not kept waiting for the next try to connect. */
function useReconnecting(): void {
  useEffect(() => {
    const seen = () => {
      const isWaiting = usePhone.getState().connection === "waiting";
      if (document.visibilityState === "visible" && isWaiting) void phone.reconnect();
    };
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, []);
}
