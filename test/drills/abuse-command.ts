// `npm run drill:abuse`: every way of abusing a service that its threat model names, with what came of it.
import { abuseDrill } from "./abuse.ts";

const ends: (() => unknown)[] = [];
const end = async () => {
  for (const one of ends.splice(0).reverse()) await one();
};
process.once("SIGINT", () => void end().finally(() => process.exit(1)));

try {
  const broken = await abuseDrill({
    context: { after: (one) => ends.push(one) },
    isShort: process.argv.includes("--short"),
    progress: (line) => process.stdout.write(`${line}\n\n`),
  });
  process.stdout.write(broken.length === 0 ? "all hold\n" : `${broken.length} do not hold\n`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  await end();
}
