// Serves dist/ for the browser tests and measurements: `node tests/page/serve.mjs PORT`.
//
// A plain static server, as the page's host may be: no compression, no fallback, nothing cached. Its one header is the one
// that sandboxed frames need (docs/embedding.md).

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

export const dist = fileURLToPath(new URL("../../dist", import.meta.url));

const types = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".yaml": "text/plain; charset=utf-8",
};

/** Answers one request with a file of the folder, or 404. */
function answer(folder, request, response) {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  // `normalize` on a rooted path can't climb out of the folder.
  const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "cache-control": "no-store",
    "access-control-allow-origin": "*",
  });
  createReadStream(file).pipe(response);
}

/** Starts the server; port 0 takes any free one. Resolves to the server once it listens. */
export function serve(port, folder = dist) {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => answer(folder, request, response)).on("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(Number(process.argv[2]));
