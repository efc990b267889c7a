// A person's picture, or their letters in a circle of their hue. Says nothing that the name beside it does not. The hue is of the number and
// worked out here: renaming does not recolour, and nothing is asked or sent for it.
import type { PhoneNumber } from "@assent/protocol";
import { UserRound } from "lucide-react";
import { usePhoto } from "../phone/photos.ts";
import { hueOf, lettersOf } from "./avatar-look.ts";
import "./avatar.css";

interface AvatarProps {
  readonly name: string;
  readonly number: PhoneNumber;
  readonly size?: "row" | "large";
}

export function Avatar({ name, number, size = "row" }: AvatarProps) {
  const letters = lettersOf(name);
  const photo = usePhoto(number);
  if (photo) return <img className={`avatar ${size}`} src={photo} alt="" />;
  return (
    <span className={`avatar ${size} hue-${hueOf(number)}`} aria-hidden="true">
      {letters === "" ? <UserRound /> : letters}
    </span>
  );
}
