// The YAML editor: CodeMirror 6 with what writing a manifest needs, and no knowledge of Kubernetes.
//
// `create` makes one in an element. The page sets its text and its remarks; the editor tells of changes the learner made
// and of the key that applies, and asks what could stand at the cursor and what the field under the pointer is. Colours
// come from the page's own CSS variables, so themes need nothing here.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  HighlightStyle, bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, Compartment, EditorSelection, EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers,
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
  ".cm-diagnosticAction": {
    display: "block", margin: "6px 0 2px", padding: "3px 10px", borderRadius: "6px", font: "inherit",
    background: "var(--accent-soft)", color: "var(--accent)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px", display: "flex", gap: "16px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": { marginLeft: "auto", fontStyle: "normal", color: "var(--mute)" },
  ".field": { padding: "8px 12px", maxWidth: "56ch", font: "13px/1.45 var(--sans)", whiteSpace: "pre-wrap" },
  ".field code": { display: "block", fontWeight: "600", overflowWrap: "anywhere" },
  ".field p": { margin: "4px 0 0" },
  ".field .facts": { color: "var(--mute)" },
});

/**
 * An editor in `parent`. `page` is who answers: edited(text) and applied() are told; suggest(text, at) returns where the word
 * begins and then label, insert, detail, required of each; field(text, at) returns from, to, path, facts, about, or nothing.
 */
export function create(parent, text, label, page) {
  const naming = new Compartment();
  const named = (name) => naming.reconfigure(nameOf(name));
  const apply = () => { page.applied(); return true; };
  const fields = hovering(page);
  const extensions = [
    lineNumbers(), lintGutter(), foldGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(),
    closeBrackets(), highlightActiveLine(), highlightActiveLineGutter(),
    indentUnit.of("  "), yaml(), syntaxHighlighting(colours), look, naming.of(nameOf(label)),
    completion(page), fields.extension,
    keymap.of([
      { key: "Mod-Enter", run: apply },
      { key: "Tab", run: acceptCompletion },
      { key: "Enter", run: newLine },
      // Escape first, and Tab leaves the editor as anywhere else on the page: CodeMirror sees to it.
      { key: "Tab", run: indentMore, shift: indentLess },
      ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap,
    ]),
    EditorView.updateListener.of((update) => {
      const own = update.transactions.every((transaction) => !transaction.annotation(fromPage));
      if (update.docChanged && own) page.edited(update.state.doc.toString());
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
    // Seven things of each remark: two places, whether it is an error, the message, and what would mend it: a name and
    // edits, three things each; or nothing.
    setRemarks(flat) {
      const { doc } = view.state;
      const remarks = [];
      for (let i = 0; i < flat.length; i += 7) {
        const from = offset(doc, flat[i], flat[i + 1]);
        const to = Math.max(from, offset(doc, flat[i + 2], flat[i + 3]));
        const severity = flat[i + 4] ? "error" : "warning";
        remarks.push({ from, to, severity, message: flat[i + 5], actions: mending(doc, flat[i + 6]) });
      }
      view.dispatch(setDiagnostics(view.state, remarks));
    },
    // The texts of the fields have come: whoever waits for one is shown it.
    textsCame() { fields.refresh(view); },
    focus() { view.focus(); },
    take(area) {
      // A shorter file may have come to the front while this was on its way.
      const at = (place) => Math.min(place, view.state.doc.length);
      view.dispatch({ selection: { anchor: at(area.selectionStart), head: at(area.selectionEnd) } });
      const focused = document.activeElement === area;
      view.scrollDOM.scrollTop = area.scrollTop;
      if (focused) view.focus();
    },
    // A line of the text, as if one had gone there oneself.
    reveal(number) {
      const line = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
      const effects = EditorView.scrollIntoView(line.from, { y: "center" });
      view.dispatch({ selection: { anchor: line.from, head: line.to }, effects });
      view.focus();
    },
    destroy() { view.destroy(); },
  };
}

// A new line stands where the next key of the manifest would: below the key before it, or deeper after a key without a
// value, as deep as what is there already.
function newLine({ state, dispatch }) {
  if (state.readOnly) return false;
  const changes = state.changeByRange((range) => {
    const line = state.doc.lineAt(range.from);
    const head = line.text.slice(0, range.from - line.from);
    const [, indent, dashes, rest] = /^( *)((?:- +)*)(.*)$/.exec(head);
    let column = indent.length + (rest ? dashes.length : 0);
    if (/(:|[|>][+-]?)\s*$/.test(rest)) {
      const next = line.number < state.doc.lines ? state.doc.line(line.number + 1).text : "";
      const deeper = /^( *)\S/.exec(next)?.[1].length ?? 0;
      column = deeper > column ? deeper : column + 2;
    }
    const insert = state.lineBreak + " ".repeat(column);
    const after = /^ */.exec(line.text.slice(range.to - line.from))?.[0].length ?? 0;
    const to = range.to <= line.to ? range.to + after : range.to;
    return { changes: { from: range.from, to, insert }, range: EditorSelection.cursor(range.from + insert.length) };
  });
  dispatch(state.update(changes, { scrollIntoView: true, userEvent: "input" }));
  return true;
}

// The first of `fix` is its name; it fits no other text than the one it was made for.
function mending(doc, [name, ...edits]) {
  if (!name) return undefined;
  const changes = [];
  for (let i = 0; i < edits.length; i += 3) changes.push({ from: edits[i], to: edits[i + 1], insert: edits[i + 2] });
  return [{ name, apply: (view) => { if (view.state.doc.eq(doc)) view.dispatch({ changes }); } }];
}

function completion(page) {
  const source = ({ state, pos, explicit }) => {
    const [from, ...flat] = page.suggest(state.doc.toString(), pos);
    const typed = state.sliceDoc(from, pos);
    const options = [];
    for (let i = 0; i < flat.length; i += 4) {
      const [label, apply, detail, required] = flat.slice(i, i + 4);
      options.push({ label, apply, detail, boost: required ? 1 : 0 });
    }
    // What stands there already needs no list, nor does an empty place unless it is asked for.
    const done = options.some((option) => option.apply === typed);
    const offered = explicit || !done && (typed || state.doc.lineAt(pos).text.trim());
    return offered && options.length ? { from, options, validFor: /^[\w./-]*$/ } : null;
  };
  return autocompletion({ override: [source], icons: false, activateOnCompletion: () => true });
}

// What a field is, at the pointer.
function hovering(page) {
  let open = null;
  const fill = (dom, [, , path, facts, about]) => {
    const piece = (tag, words, name) => Object.assign(document.createElement(tag), { textContent: words, className: name });
    dom.replaceChildren(piece("code", path, ""), piece("p", facts, "facts"), ...(about ? [piece("p", about, "")] : []));
  };
  const extension = hoverTooltip((view, pos) => {
    const field = page.field(view.state.doc.toString(), pos);
    if (!field) return null;
    const create = () => {
      const dom = Object.assign(document.createElement("div"), { className: "field" });
      fill(dom, field);
      open = { dom, pos };
      return { dom, destroy: () => { open = null; } };
    };
    return { pos: field[0], end: field[1], create };
  });
  const refresh = (view) => {
    const field = open && page.field(view.state.doc.toString(), open.pos);
    if (field) fill(open.dom, field);
  };
  return { extension, refresh };
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
