// What can be done about a text that was handed to the device's own SMS app: whether anything opened, only its owner saw.
import type { ThreadText } from "@assent/client";
import { lazy, Suspense, useEffect, useState } from "react";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone } from "../phone/phone-state.ts";
import { openSmsApp } from "./sms-app.ts";

const QrCode = lazy(async () => ({ default: (await import("../elements/qr-code.tsx")).QrCode }));

export function HandedOver({ text }: { readonly text: ThreadText }) {
  const words = useWords();
  const copying = useAttempt();
  const [isCopied, setCopied] = useState(false);
  const link = useLink(text.key);
  const copy = async () => {
    await navigator.clipboard.writeText(text.text);
    setCopied(true);
  };
  return (
    <div className="handed-over">
      <p>{words.handoffAsk}</p>
      <Problem attempt={copying} />
      <div className="ways">
        <Button onClick={() => link && openSmsApp(link)}>{words.handoffAgain}</Button>
        <Button onClick={() => copying.run(copy)}>{isCopied ? words.copied : words.copy}</Button>
      </div>
      {/* A computer has no SMS app; the phone beside it has a camera. */}
      {link && matchMedia("(hover: hover) and (pointer: fine)").matches && (
        <details>
          <summary>{words.handoffScan}</summary>
          <Suspense>
            <QrCode text={link} label={words.handoffScan} />
          </Suspense>
        </details>
      )}
    </div>
  );
}

/** What the SMS app is opened by. */
function useLink(key: string): string | undefined {
  const [link, setLink] = useState<string>();
  useEffect(() => {
    void phone
      .outcome(key)
      .then((sent) => setLink(sent.state === "handoff" ? sent.link : undefined));
  }, [key]);
  return link;
}
