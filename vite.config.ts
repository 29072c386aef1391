import { vitePlugin as remix } from "@remix-run/dev";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [
    remix({
      ignoredRouteFiles: ["**/.*"],
      future: {
        v3_fetcherPersist: true,
        v3_lazyRouteDiscovery: false,
        v3_relativeSplatPath: true,
        v3_singleFetch: false,
        v3_throwAbortReason: true,
      },
    }),
  ],
  // The networks are found by a module that waits for their folders: only targets from ES2022 on have that.
  build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 1_000, target: "es2022" },
});
