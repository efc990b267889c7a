// What the codec reads and the service may refuse: it counts a frame's fields before it reads it, and takes none in which a part
// does not end where it says. What is as the codec itself would write it has to be taken.
import { equalBytes } from "@assent/protocol";
import { type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";

export function isAsWritten(schema: DescMessage, read: Message, frame: Uint8Array): boolean {
  return equalBytes(toBinary(schema, read), frame);
}
