// A question's two answers. They weigh the same: size, colour and border are one, and neither is chosen beforehand.
import { Button } from "./button.tsx";

interface AnswersProps {
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
  /** An answer was given and is being carried out. */
  readonly isUnderway?: boolean;
}

export function Answers({ yes, no, onYes, onNo, isUnderway = false }: AnswersProps) {
  return (
    <div className="answers">
      <Button look="equal" aria-disabled={isUnderway} onClick={() => isUnderway || onYes()}>
        {yes}
      </Button>
      <Button look="equal" aria-disabled={isUnderway} onClick={() => isUnderway || onNo()}>
        {no}
      </Button>
    </div>
  );
}
