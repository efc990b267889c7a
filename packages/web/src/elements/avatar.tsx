// A person's first letter in a circle. Says nothing that the name beside it does not.
import "./avatar.css";

export function Avatar({ name }: { readonly name: string }) {
  const [first = ""] = new Intl.Segmenter().segment(name.trim());
  const letter = typeof first === "string" ? first : first.segment;
  return (
    <span className="avatar" aria-hidden="true">
      {letter.toLocaleUpperCase()}
    </span>
  );
}
