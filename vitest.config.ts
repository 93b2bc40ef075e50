import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/quiet-metrics.ts', 'test/support/no-secret-printed.ts'],
    globalSetup: ['test/support/engines.ts'],
    // Left to itself, vitest leaves one core free: on two, that is half of the machine.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
