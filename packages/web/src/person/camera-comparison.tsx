// Compares the digits by a camera, where there is one: reads the code on the other person's screen.
import { ScanLine } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../elements/button.tsx";
import { useWords } from "../language/language.ts";
import { hasCamera, readSafetyNumber } from "./camera.ts";
import "./camera-comparison.css";

interface CameraComparisonProps {
  /** The digits of this conversation, in one. */
  readonly digits: string;
  readonly onSame: () => void;
}

type Reading = "not yet" | "looking" | "different" | "refused";

export function CameraComparison({ digits, onSame }: CameraComparisonProps) {
  const words = useWords();
  const [isHere, setHere] = useState(false);
  const [reading, setReading] = useState<Reading>("not yet");
  useEffect(() => {
    let ended = false;
    void hasCamera().then((found) => ended || setHere(found));
    return () => {
      ended = true;
    };
  }, []);
  if (!isHere) return null;
  const onRead = (read: string) => {
    if (read === digits) onSame();
    setReading(read === digits ? "not yet" : "different");
  };
  return (
    <div className="camera-comparison">
      {reading === "different" && (
        <p className="problem" role="alert">
          {words.verifyDifferent}
        </p>
      )}
      {reading === "refused" && <p role="alert">{words.verifyCameraRefused}</p>}
      {reading === "looking" ? (
        <>
          <p>{words.verifyCameraHow}</p>
          <Viewfinder onRead={onRead} onRefused={() => setReading("refused")} />
          <Button onClick={() => setReading("not yet")}>{words.verifyCameraStop}</Button>
        </>
      ) : (
        <Button onClick={() => setReading("looking")}>
          <ScanLine aria-hidden="true" size={20} />
          {words.verifyCamera}
        </Button>
      )}
    </div>
  );
}

interface ViewfinderProps {
  readonly onRead: (digits: string) => void;
  readonly onRefused: () => void;
}

/** What the camera sees, for as long as it is looked at. */
function Viewfinder(answers: ViewfinderProps) {
  const picture = useRef<HTMLVideoElement>(null);
  // The camera goes on from one drawing to the next.
  const latest = useRef(answers);
  latest.current = answers;
  useEffect(() => {
    const video = picture.current;
    if (!video) return;
    const looking = new AbortController();
    void readSafetyNumber(video, looking.signal).then(
      (digits) => latest.current.onRead(digits),
      () => looking.signal.aborted || latest.current.onRefused(),
    );
    return () => looking.abort();
  }, []);
  return <video ref={picture} className="viewfinder" muted playsInline />;
}
