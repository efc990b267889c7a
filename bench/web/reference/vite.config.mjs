// The reference page is built as the app is (packages/web/vite.config.ts).
export default {
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
};
