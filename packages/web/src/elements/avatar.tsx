// A person's first letter in a circle. Says nothing that the name beside it does not.
import "./avatar.css";

// A number carries them so that it keeps its direction.
const directionMarks = /[\u2066-\u2069]/g;
// What a reader takes for one letter may be several code points.
const letters = new Intl.Segmenter();

export function Avatar({ name }: { readonly name: string }) {
  const [first] = letters.segment(name.replace(directionMarks, "").trim());
  return (
    <span className="avatar" aria-hidden="true">
      {first?.segment.toLocaleUpperCase()}
    </span>
  );
}
