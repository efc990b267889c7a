// What somebody is called here.
import { Field } from "../elements/field.tsx";
import { useWords } from "../language/language.ts";

interface NameFieldProps {
  readonly name: string;
  readonly onName: (name: string) => void;
}

export function NameField({ name, onName }: NameFieldProps) {
  const words = useWords();
  return (
    <Field
      label={words.personName}
      hint={words.personNameHint}
      value={name}
      maxLength={200}
      onChange={(event) => onName(event.target.value)}
    />
  );
}
