import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/drawn.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // How long a poll may take on a busy machine; on a quiet one it ends at once.
    expect: { poll: { timeout: 15_000 } },
    pool: "forks",
    maxWorkers: 2,
    fileParallelism: true,
    // It imports the extensions' sources, which are TypeScript with preact's JSX (extensions/tsconfig.json).
    server: { deps: { inline: ["@shopify/ui-extensions-tester"] } },
  },
});
