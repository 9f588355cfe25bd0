// The browser of the tests and measurements: which one, and how it is started.

import { existsSync } from "node:fs";

// `cargo xtask` sets CHROME; without it, the usual places.
const installed = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

export const launchOptions = {
  executablePath: process.env.CHROME ?? installed.find(existsSync),
  // No sandbox: the tests also run as root in containers. The rest keeps the browser from talking to anybody.
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};
