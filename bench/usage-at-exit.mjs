// Loaded before a program that is measured: notes, when that ends, what it used.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  if (process.env.USAGE_FILE) {
    writeFileSync(process.env.USAGE_FILE, JSON.stringify(process.resourceUsage()));
  }
});
