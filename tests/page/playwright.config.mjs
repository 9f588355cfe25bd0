// How the browser tests run: the built page from a local server, in the Chromium that `cargo xtask test` found.
//
// By hand: `cargo xtask build`, then `npx playwright test --config tests/page/playwright.config.mjs`.

import { defineConfig } from "@playwright/test";
import { launchOptions } from "./browser.mjs";

const port = process.env.EVERYNODE_PORT ?? "8765";
const url = `http://127.0.0.1:${port}/`;

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.mjs",
  outputDir: "../../test-results",
  reporter: "list",
  // A forgotten `test.only` must not pass for the whole.
  forbidOnly: true,
  // The simulation runs in the page: more pages at once than cores would only wait for each other.
  workers: 2,
  // A machine that somebody else uses too may miss a deadline once.
  retries: process.env.CI ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // A service worker answers requests that tests mean to see; tests/page/offline.spec.mjs lets it.
  use: { serviceWorkers: "block", baseURL: url, trace: "retain-on-failure", launchOptions },
  webServer: { command: `node serve.mjs ${port}`, url, reuseExistingServer: false },
});
