// Fetches the editor's module when asked, so that the first paint needs none of it.
//
// The address is the page's own folder: the same from a web server's root, a subfolder or an embedding page. If it can't
// be had, the page keeps its text area.

export function loadEditor(ready) {
  import(new URL("editor.js", document.baseURI)).then(ready, (error) => console.warn("the editor did not load:", error));
}
