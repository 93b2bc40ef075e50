import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/quiet-metrics.ts', 'test/support/no-secret-printed.ts'],
    globalSetup: ['test/support/engines.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
