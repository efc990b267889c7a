// `npm run package`: leaves what a service is installed from in ./packed, or in the folder that is named: an npm tarball
// that fetches nothing, and a Debian package that brings its own Node. The same sources make the same bytes. With --quick the
// packages are larger and made sooner.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildService, pages } from "./build-service.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const debian = join(root, "deploy/debian");
const architectures = { x64: "amd64", arm64: "arm64" };

const maintainer = "The authors of Assent <assent@localhost>";

const isQuick = process.argv.includes("--quick");
const [named] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const destination = resolve(named ?? "packed");
// The day of the last change, so that a package does not depend on when it was made.
const madeAt = Number(run("git", ["-C", root, "log", "-1", "--format=%ct"], {}).trim());

mkdirSync(destination, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "assent-package-"));
try {
  const tree = join(work, "package");
  const version = buildService(tree);
  normalise(tree, ["bin/assent.mjs"]);
  packTarball(tree, join(destination, `assent-${version}.tgz`));
  if (spawnSync("dpkg-deb", ["--version"]).status === 0) packDebian(tree, version);
  else console.error("There is no dpkg-deb here, so no Debian package was made.");
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** An npm tarball is a folder `package` in a compressed archive. */
function packTarball(tree, file) {
  const archive = join(work, "package.tar");
  run("tar", [
    ...["--create", "--file", archive, "--directory", dirname(tree), "--sort=name"],
    ...[`--mtime=@${madeAt}`, "--owner=0", "--group=0", "--numeric-owner", "package"],
  ]);
  writeFileSync(file, gzipSync(readFileSync(archive), { level: isQuick ? 1 : 9 }));
  rmSync(archive);
  console.log(file);
}

function packDebian(tree, version) {
  const architecture = architectures[process.arch];
  if (!architecture) throw new Error(`no Debian package for ${process.arch}`);
  const out = join(work, "debian");
  const inLibrary = (path) => join("usr/lib/assent", path);
  const put = (from, to) => {
    mkdirSync(dirname(join(out, to)), { recursive: true });
    cpSync(from, join(out, to), { recursive: true });
  };
  const putCompressed = (from, to) => {
    mkdirSync(dirname(join(out, to)), { recursive: true });
    writeFileSync(join(out, to), gzipSync(readFileSync(from), { level: 9 }));
  };
  put(tree, inLibrary(""));
  for (const path of ["LICENSE", "CHANGELOG.md", "docs"]) {
    rmSync(join(out, inLibrary(path)), { recursive: true });
  }
  put(join(root, "node_modules/node/bin/node"), inLibrary("runtime/node"));
  put(join(debian, "assent.sh"), "usr/bin/assent");
  put(join(debian, "assent.service"), "lib/systemd/system/assent.service");
  put(join(debian, "assent.conf"), "etc/assent/assent.conf");
  put(join(debian, "copyright"), "usr/share/doc/assent/copyright");
  put(join(debian, "lintian-overrides"), "usr/share/lintian/overrides/assent");
  putCompressed(join(debian, "assent.1"), "usr/share/man/man1/assent.1.gz");
  putCompressed(join(root, "CHANGELOG.md"), "usr/share/doc/assent/CHANGELOG.md.gz");
  putCompressed(nodeLicence(), "usr/share/doc/assent/LICENSE.node.gz");
  writeFileSync(join(out, "usr/share/doc/assent/changelog.gz"), debianChangelog(version));
  for (const page of pages) {
    putCompressed(join(root, "docs", page), `usr/share/doc/assent/${page}.gz`);
  }
  for (const example of ["Caddyfile", "nginx.conf", "monitoring"]) {
    put(join(root, "deploy", example), `usr/share/doc/assent/examples/${example}`);
  }
  normalise(out, ["usr/bin/assent", ...["bin/assent.mjs", "runtime/node"].map(inLibrary)]);
  // It may hold a password.
  chmodSync(join(out, "etc/assent/assent.conf"), 0o600);
  writeControl(out, { version, architecture });
  const file = join(destination, `assent_${version}_${architecture}.deb`);
  const compression = isQuick ? ["-Zgzip", "-z1"] : ["-Zxz", "-z6"];
  run("dpkg-deb", ["--root-owner-group", ...compression, "--build", out, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(madeAt) },
  });
  console.log(file);
}

/** Beside the binary that npm chose for this machine. */
function nodeLicence() {
  const [licence] = globSync("node_modules/node/node_modules/node-*/LICENSE", { cwd: root });
  if (!licence) throw new Error("the licence of Node is not beside its binary");
  return join(root, licence);
}

/** What Debian's tools want to read; what there is to know is in CHANGELOG.md. */
function debianChangelog(version) {
  const date = new Date(madeAt * 1_000).toUTCString().replace("GMT", "+0000");
  return gzipSync(
    `assent (${version}) unstable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- ${maintainer}  ${date}\n`,
    { level: 9 },
  );
}

function writeControl(out, { version, architecture }) {
  const files = filesIn(out);
  const kilobytes = Math.ceil(
    files.reduce((sum, file) => sum + statSync(join(out, file)).size, 0) / 1024,
  );
  const sums = files
    .filter((file) => !file.startsWith("etc/"))
    .map(
      (file) =>
        `${createHash("md5")
          .update(readFileSync(join(out, file)))
          .digest("hex")}  ${file}\n`,
    );
  const control = join(out, "DEBIAN");
  mkdirSync(control, { mode: 0o755 });
  writeFileSync(join(control, "md5sums"), sums.join(""));
  writeFileSync(join(control, "conffiles"), "/etc/assent/assent.conf\n");
  writeFileSync(
    join(control, "control"),
    [
      "Package: assent",
      `Version: ${version}`,
      `Architecture: ${architecture}`,
      `Maintainer: ${maintainer}`,
      `Installed-Size: ${kilobytes}`,
      "Depends: adduser, libc6 (>= 2.28), libgcc-s1, libstdc++6",
      "Recommends: caddy | nginx",
      "Section: net",
      "Priority: optional",
      "Description: texting by phone number, end-to-end encrypted: the service",
      " Runs a service for texts by phone number over the Internet: off until people",
      " say yes, end-to-end encrypted, without SMS charges, on a service that cannot",
      " know their contacts. The command is a messenger for terminals as well.",
      "",
    ].join("\n"),
  );
  for (const script of ["postinst", "prerm", "postrm"]) {
    cpSync(join(debian, script), join(control, script));
    chmodSync(join(control, script), 0o755);
  }
}

function filesIn(folder) {
  return globSync("**/*", { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
}

/** Modes that do not depend on who made it. */
function normalise(folder, programs) {
  for (const path of ["", ...globSync("**/*", { cwd: folder })]) {
    const isOpened = programs.includes(path) || statSync(join(folder, path)).isDirectory();
    chmodSync(join(folder, path), isOpened ? 0o755 : 0o644);
  }
}

function run(program, args, options) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    ...options,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} failed: ${stdout}${stderr}`);
  return stdout;
}
