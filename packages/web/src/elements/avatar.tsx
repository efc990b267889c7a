// A person's first letter in a circle. Says nothing that the name beside it does not.
import "./avatar.css";

// A number carries them so that it keeps its direction.
const directionMarks = /[\u2066-\u2069]/g;

export function Avatar({ name }: { readonly name: string }) {
  const [first] = new Intl.Segmenter().segment(name.replace(directionMarks, "").trim());
  return (
    <span className="avatar" aria-hidden="true">
      {first?.segment.toLocaleUpperCase()}
    </span>
  );
}
