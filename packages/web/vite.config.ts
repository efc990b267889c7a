// How the app is built: two pages (the app, and the demo that frames two of it), the phone's worker, and the
// service worker under a name that stays.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: file("."),
  build: {
    target: "es2023",
    // The content security policy allows scripts and styles of this origin alone, and nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { app: file("index.html") },
      onLog: (level, log, handle) => {
        // Libraries mark what is for browsers; all of this is.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
  worker: { format: "es" },
});
