// Where this machine has what the second client (test/independent) is made and run with: Debian's Python and protoc,
// never others that come first on the PATH, which do not see Debian's libraries.
import { existsSync } from "node:fs";

export const python = "/usr/bin/python3";
export const protoc = "/usr/bin/protoc";

const libraries = "/usr/lib/python3/dist-packages";

const filesOf = {
  "protobuf-compiler": protoc,
  "libprotobuf-dev": "/usr/include/google/protobuf/descriptor.proto",
  "python3-protobuf": `${libraries}/google/protobuf/descriptor_pb2.py`,
  "python3-cryptography": `${libraries}/cryptography/__init__.py`,
};

/** Debian's packages that are not there. The libraries bring their Python with them. */
export function missingForSecondClient() {
  return Object.keys(filesOf).filter((name) => !existsSync(filesOf[name]));
}
