// Who the owner of the pictured phone texts with, and what they say to each other.
import type { PhoneNumber } from "@assent/protocol";

export interface Person {
  readonly name: string;
  readonly number: PhoneNumber;
  /** Whether they have private messages on. */
  readonly isOn: boolean;
}

const person = (name: string, number: string, isOn: boolean): Person => ({
  name,
  number: number as PhoneNumber,
  isOn,
});

export const owner = person("Anna", "+4915123456789", true);

export const ben = person("Ben Okafor", "+33612345678", true);
export const carla = person("Carla Núñez", "+4915120000002", true);
export const dilip = person("Dilip Rao", "+4915120000003", true);
export const eva = person("Eva Lindqvist", "+4915120000004", true);
export const frank = person("Frank", "+4915120000005", true);
export const grace = person(
  "Grace Achterberg-Constantinopoulos von Hohenzollern",
  "+4915120000006",
  true,
);
export const hana = person("Hana Sato", "+4915120000007", true);
export const karim = person("كريم منصور", "+4915120000008", true);
const li = person("李小龙", "+4915120000009", true);
export const dentist = person("Dr. Weiss, dentist", "+4915120000010", false);
export const plumber = person("Plumber 24 h", "+4915120000011", false);
/** In nobody's contacts. */
export const stranger = person("", "+4915120000012", true);

export const everybody = [
  ...[ben, carla, dilip, eva, frank, grace, hana, karim, li, dentist, plumber, stranger],
];

/** The contacts file that the owner imports. */
export const vcards = everybody
  .filter(({ name }) => name !== "")
  .map(({ name, number }) =>
    ["BEGIN:VCARD", "VERSION:4.0", `FN:${name}`, `TEL:${number}`, "END:VCARD", ""].join("\r\n"),
  )
  .join("");

/** What they write, in the order in which it comes; the newest conversation is the last. */
export const texts: readonly { readonly from: Person; readonly text: string }[] = [
  { from: grace, text: "The minutes of Tuesday's meeting are in the shared folder." },
  { from: frank, text: "You have WON a prize. Call now!!!" },
  { from: hana, text: "Train's late, I'll be there at eight." },
  { from: li, text: "周末一起去爬山吗？" },
  { from: karim, text: "صباح الخير! هل نلتقي غداً في المقهى؟" },
  { from: stranger, text: "Hi, this is Tom from the ferry. You left your umbrella with us." },
  { from: eva, text: "New phone soon 🎉" },
  { from: dilip, text: "👍" },
  { from: ben, text: "Are you coming to the park later on?" },
];

/** With Ben, after the first: true where it is the owner's. */
export const talk: readonly (readonly [isOwners: boolean, text: string])[] = [
  [true, "Yes! Around four?"],
  [false, "Four is perfect. Bring the book you lent me in May, no wait, I still have it 😅"],
  [
    true,
    "Then bring it along. And tell me what you thought of the ending, because I have been wanting to talk about it with somebody for weeks and everyone I know is still in the middle of the second part.",
  ],
  [
    false,
    "https://example.org/a-very-long-address-that-does-not-break-anywhere-because-it-has-no-spaces/index.html",
  ],
  [true, "❤️"],
];

export const unreadTexts = [
  "Did you see the email from the landlord?",
  "He wants to raise the rent again.",
  "Call me when you can?",
];
