// Who runs the service, in words of their own: signed by it and checked by nobody, so they stand apart from ours.
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";

/** Nothing before the first yes, which is what they are asked for after, and where nothing is said. */
export function OperatorRow() {
  const words = useWords();
  const operator = usePhone(({ status }) => status?.operator);
  if (!operator) return null;
  const { name, imprint, policySupplement } = operator;
  return (
    <div className="settings-row settings-block">
      <p className="settings-name">{words.operatorTitle}</p>
      <p className="hint">{words.operatorOwnWords}</p>
      {name && <OwnWords>{name}</OwnWords>}
      {imprint && <OwnWords>{imprint}</OwnWords>}
      {policySupplement && (
        <>
          <p className="settings-name">{words.operatorSupplement}</p>
          <OwnWords>{policySupplement}</OwnWords>
        </>
      )}
    </div>
  );
}

function OwnWords({ children }: { readonly children: string }) {
  return (
    <p className="settings-own-words" dir="auto">
      {children}
    </p>
  );
}
