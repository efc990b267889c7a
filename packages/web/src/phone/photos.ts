// Pictures of contacts, read when they are first in sight. They came with an address book, and leave this device as little
// as it does.
import type { PhoneNumber } from "@assent/protocol";
import { useEffect } from "react";
import { create } from "zustand";
import { phone, usePhone } from "./phone-state.ts";

/** Addresses of pictures in the page's memory; empty for who has none. */
const usePhotos = create<Readonly<Record<PhoneNumber, string>>>(() => ({}));

// The address book is another one: so may the pictures be.
usePhone.subscribe((now, before) => {
  if (now.names === before.names) return;
  for (const address of Object.values(usePhotos.getState())) URL.revokeObjectURL(address);
  usePhotos.setState({}, true);
});

/** The address of a contact's picture; undefined until it is known, and where there is none. */
export function usePhoto(number: PhoneNumber): string | undefined {
  // Once the address book is whole: pictures go with the one that they came with.
  const isContact = usePhone(({ opening, names }) => opening === "open" && names.has(number));
  const address = usePhotos((photos) => photos[number]);
  useEffect(() => {
    if (isContact && address === undefined) void readPhoto(number);
  }, [number, isContact, address]);
  return address || undefined;
}

async function readPhoto(number: PhoneNumber): Promise<void> {
  const { names } = usePhone.getState();
  const photo = await phone.photo(number);
  if (usePhone.getState().names !== names) return;
  const { mediaType: type, bytes } = photo ?? {};
  // A copy: the type of what came says less of its memory than a blob asks.
  const address = type && bytes ? URL.createObjectURL(new Blob([bytes.slice()], { type })) : "";
  usePhotos.setState({ [number]: address });
}
