// Writes the page's Content-Security-Policy into it: nothing but the page's own files may run, style it or be asked for.
//
// Trunk runs it after a release build. The one inline script is Trunk's own, which starts the program; it is allowed by its
// hash. A development build goes without: `trunk serve` adds a script that reloads the page.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const page = join(process.env.TRUNK_STAGING_DIR, "index.html");

if (process.env.TRUNK_PROFILE === "release") {
  const html = readFileSync(page, "utf8");
  const inline = [...html.matchAll(/<script(?: type="module")?>([^]*?)<\/script>/g)].map(([, script]) => script);
  const hashes = inline.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const policy = [
    "default-src 'none'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...hashes].join(" "),
    "style-src 'self'",
    // The editor draws its marks as data: addresses.
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  // First in the head: a policy holds for what comes after it.
  writeFileSync(page, html.replace(/<meta charset="utf-8">/, (first) => `${first}\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`));
}
