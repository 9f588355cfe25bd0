// What a browser can do for handing work on: compress and unpack, copy, save a file and open one.
//
// A packed text is deflate-raw in base64url, which a link's fragment takes as it is. Everything answers by a callback: with
// what was asked for, or with nothing.

export function pack(text, ready) {
  squeeze(new Blob([text]), new CompressionStream("deflate-raw")).then((bytes) => {
    let letters = "";
    for (const byte of bytes) letters += String.fromCharCode(byte);
    ready(btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""));
  }).catch(() => ready());
}

export function unpack(packed, ready) {
  const text = async () => {
    const letters = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(await squeeze(new Blob([bytes]), new DecompressionStream("deflate-raw")));
  };
  text().then(ready, () => ready());
}

async function squeeze(blob, stream) {
  return new Uint8Array(await new Response(blob.stream().pipeThrough(stream)).arrayBuffer());
}

/** The page's address without query and fragment. */
export const address = () => location.href.replace(/[?#].*/s, "");

export const language = () => document.documentElement.lang;

export const fragment = () => location.hash.slice(1);

/** Takes the fragment out of the address, so that a reload goes on instead of beginning again. */
export function forgetFragment() {
  try { history.replaceState(null, "", location.pathname + location.search); } catch { /* a frame may not */ }
}

export const openTab = (address) => { open(address, "_blank", "noopener"); };

/** A link pasted into the address of a page that is open only changes the fragment. */
export function watchFragment(changed) {
  addEventListener("hashchange", () => changed(fragment()));
}

export function copy(input, text, done) {
  const byHand = () => {
    input.select();
    return document.execCommand("copy");
  };
  const asked = navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject();
  asked.then(() => done(true), () => done(byHand()));
}

export function saveFile(name, bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  // Some browsers read it only after the click is over.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function openFile(ready) {
  const input = document.createElement("input");
  input.type = "file";
  input.onchange = () => input.files[0]?.text().then(ready, () => ready());
  input.click();
}

/** The names and texts of all files that are chosen, one after the other. */
export function openFiles(ready) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.onchange = async () => ready((await Promise.all([...input.files].map(async (file) => [file.name, await file.text()]))).flat());
  input.click();
}

// Works that had to make room, newest first. They are kept until the eighth after them comes.
const ASIDE = "everynode.aside";
const ASIDE_MAX = 8;

function aside() {
  try { return JSON.parse(localStorage.getItem(ASIDE)) ?? []; } catch { return []; }
}

/** Sets a work aside; says whether the browser kept it. */
export function setAside(text) {
  const kept = aside();
  if (kept[0]?.text === text) return true;
  try {
    localStorage.setItem(ASIDE, JSON.stringify([{ when: Date.now(), text }, ...kept].slice(0, ASIDE_MAX)));
    return true;
  } catch { return false; }
}

/** When each was set aside, as a reader of the page's language writes it. */
export const whenAside = () => aside().map(({ when }) => new Date(when).toLocaleString(document.documentElement.lang));

export const readAside = (index) => aside()[index]?.text;

/** Takes one off the shelf, after it was opened. */
export function dropAside(text) {
  try { localStorage.setItem(ASIDE, JSON.stringify(aside().filter((kept) => kept.text !== text))); } catch { /* it stays */ }
}
