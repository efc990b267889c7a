// What is asked for again and again, made anew before it is worn out.
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";

/** Made anew after so many uses, or when it was used up. */
export function renewed<T>(
  make: () => Promise<T>,
  uses: number,
): (() => Promise<T>) & { used(): void } {
  let current: Promise<T> | undefined;
  let left = 0;
  const take = () => {
    if (!current || left === 0) {
      current = make();
      left = uses;
    }
    left -= 1;
    return current;
  };
  return Object.assign(take, {
    used() {
      left = 0;
    },
  });
}

export function encoded<T extends DescMessage>(
  schema: T,
  fields: MessageInitShape<T>,
): Uint8Array<ArrayBuffer> {
  return toBinary(schema, create(schema, fields));
}
