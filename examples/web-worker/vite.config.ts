// How the page and its worker are built: the worker as a module, because parts of the SDK are loaded when first needed.
import { defineConfig } from "vite";

export default defineConfig({
  build: { target: "es2023" },
  worker: { format: "es" },
});
