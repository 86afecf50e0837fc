import { fileURLToPath } from "node:url";
import optimizeLocales from "@react-aria/optimize-locales-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const api = process.env.DAYBOOK_URL ?? "http://127.0.0.1:8000";
const served = ["/auth", "/collections", "/favicon.svg"];

export default defineConfig({
  base: "/app/",
  // React Aria brings its words in thirty languages; ours are two.
  plugins: [react(), { ...optimizeLocales.vite({ locales: ["en", "de"] }), enforce: "pre" }],
  resolve: {
    alias: { "daybook-client": fileURLToPath(new URL("../../clients/typescript/src/index.ts", import.meta.url)) },
    // The client lies outside of this folder, and takes its packages from here.
    dedupe: ["openapi-fetch", "eventsource-parser"],
  },
  build: {
    target: "es2023",
    // No file is written into another as data:, which the policy for scripts and fonts refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Which file loads which, for the test of their weight.
    manifest: true,
    chunkSizeWarningLimit: 700,
  },
  server: {
    fs: { allow: ["../.."] },
    // Whatever is not the app's is asked of a Daybook that runs.
    proxy: { [`^/(?!app/)|^(${served.join("|")})`]: { target: api } },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/shared/testing.ts"] },
});
