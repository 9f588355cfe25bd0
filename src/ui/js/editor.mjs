// The YAML editor: CodeMirror 6 with what writing a manifest needs, and no knowledge of Kubernetes.
//
// `create` makes one in an element. The page sets its text and its remarks; the editor tells of changes the learner made
// and of the key that applies. Colours come from the page's own CSS variables, so themes need nothing here.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  HighlightStyle, bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, Compartment, EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Marks changes that came from the page, which it needn't be told of.
const fromPage = Annotation.define();

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--mute)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.labelName, tags.typeName], color: "var(--warn)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent", fontSize: "inherit" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 14px 0 6px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--mute)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "30px", padding: "0 2px 0 6px" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--ink) 4%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-foldPlaceholder": { background: "var(--sunk)", border: "1px solid var(--line)", color: "var(--mute)" },
  ".cm-tooltip": {
    background: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "8px",
    boxShadow: "var(--shadow)", overflow: "hidden",
  },
  ".cm-diagnostic": { padding: "6px 10px", fontFamily: "var(--sans)", fontSize: "13px", maxWidth: "60ch" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warn)" },
});

/** An editor in `parent`; `edited(text)` and `applied()` are the page's. */
export function create(parent, text, label, edited, applied) {
  const naming = new Compartment();
  const named = (name) => naming.reconfigure(nameOf(name));
  const apply = () => { applied(); return true; };
  const extensions = [
    lineNumbers(), lintGutter(), foldGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(),
    closeBrackets(), highlightActiveLine(), highlightActiveLineGutter(),
    indentUnit.of("  "), yaml(), syntaxHighlighting(colours), look, naming.of(nameOf(label)),
    keymap.of([
      { key: "Mod-Enter", run: apply },
      // Escape first, and Tab leaves the editor as anywhere else on the page: CodeMirror sees to it.
      { key: "Tab", run: indentMore, shift: indentLess },
      ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap,
    ]),
    EditorView.updateListener.of((update) => {
      const own = update.transactions.every((transaction) => !transaction.annotation(fromPage));
      if (update.docChanged && own) edited(update.state.doc.toString());
    }),
  ];
  const fresh = (doc) => EditorState.create({ doc, extensions });
  const view = new EditorView({ state: fresh(text), parent });
  let shown = label;

  return {
    // Another file gets a state of its own, so that undo never crosses files.
    setText(next, name) {
      if (name !== shown) {
        shown = name;
        view.setState(fresh(next));
        view.dispatch({ effects: named(name), annotations: fromPage.of(true) });
      } else if (next !== view.state.doc.toString()) {
        const changes = { from: 0, to: view.state.doc.length, insert: next };
        view.dispatch({ changes, annotations: fromPage.of(true) });
      }
    },
    setRemarks(flat) {
      const remarks = [];
      for (let i = 0; i < flat.length; i += 6) {
        const from = offset(view.state.doc, flat[i], flat[i + 1]);
        const to = Math.max(from, offset(view.state.doc, flat[i + 2], flat[i + 3]));
        remarks.push({ from, to, severity: flat[i + 4] ? "error" : "warning", message: flat[i + 5] });
      }
      view.dispatch(setDiagnostics(view.state, remarks));
    },
    take(area) {
      view.dispatch({ selection: { anchor: area.selectionStart, head: area.selectionEnd } });
      const focused = document.activeElement === area;
      view.scrollDOM.scrollTop = area.scrollTop;
      if (focused) view.focus();
    },
    destroy() { view.destroy(); },
  };
}

function nameOf(name) {
  // Some readers of the page don't know that what can be edited takes the focus.
  return EditorView.contentAttributes.of({ "aria-label": name, tabindex: "0" });
}

// Lines and columns count from 1, columns in characters; a document counts in UTF-16 units from 0.
function offset(doc, line, column) {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const before = [...at.text].slice(0, column - 1).join("");
  return at.from + before.length;
}
