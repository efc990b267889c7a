import type { Opening } from "../phone/phone-state.ts";

export default function Soon(_: { readonly opening: Opening }) {
  return null;
}
