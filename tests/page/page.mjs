// `test` as every browser test takes it: with a page that may not complain, nor ask anybody but its own server.

import { test as base, expect } from "@playwright/test";

export { expect };

export const test = base.extend({
  page: async ({ page, baseURL }, use) => {
    const complaints = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
    page.on("request", (request) => {
      const target = new URL(request.url());
      if (target.protocol.startsWith("http") && target.origin !== new URL(baseURL).origin) complaints.push(`asks ${target.origin}`);
    });
    await use(page);
    expect(complaints, "the page complained, or asked a stranger").toEqual([]);
  },
});
