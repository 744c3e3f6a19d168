// The editor of a draft: CodeMirror over the form's text field, checked by the server as one types.
const form = document.getElementById("editor");
const field = document.getElementById("text");

async function open() {
  const { codemirror, nonce, draft, line } = form.dataset;
  const cm = await import(codemirror);
  const at = `/rules/drafts/${draft}`;
  const kept = `draft ${draft} ${form.file.value}`;
  const saved = field.value;
  let view;

  const text = () => view.state.doc.toString();
  const body = (more = {}) => new URLSearchParams({ file: form.file.value, text: text(), ...more });
  const post = (path, values, accept) =>
    fetch(path, { method: "POST", body: values, redirect: "manual", headers: { accept } });

  // The server's answer is the panel below the editor; what belongs to this file is marked in the text as well.
  async function check() {
    const answer = await post(`${at}/check?part=verdict`, body(), "text/html");
    if (answer.type === "opaqueredirect" || answer.status === 401) return away();
    if (!answer.ok) return [];
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("verdict");
    const shown = document.getElementById("verdict");
    if (shown && fresh && !shown.contains(document.activeElement)) shown.replaceChildren(...fresh.childNodes);
    const problems = fresh ? [...fresh.querySelectorAll("[data-line]")] : [];
    return problems.filter((one) => one.dataset.file === form.file.value).map(mark);
  }

  function mark({ dataset, lastElementChild }) {
    const doc = view.state.doc;
    const line = doc.line(Math.min(Math.max(Number(dataset.line), 1), doc.lines));
    const from = Math.min(line.from + Number(dataset.column) - 1, line.to);
    const word = /^[^\s:,[\]{}]+/.exec(line.text.slice(from - line.from));
    const to = word ? from + word[0].length : Math.max(from, line.to);
    return { from, to, severity: dataset.severity, message: lastElementChild.textContent };
  }

  async function complete(context) {
    const word = context.matchBefore(/[\w.-]*/);
    if (!context.explicit && (!word || word.from === word.to)) return null;
    const line = context.state.doc.lineAt(context.pos);
    const place = { line: line.number - 1, column: context.pos - line.from };
    const sent = { file: form.file.value, text: text(), ...place };
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`/api/v1${at}/complete`, { method: "POST", headers, body: JSON.stringify(sent) });
    if (!answer.ok) return null;
    const { column, options } = await answer.json();
    const offered = options.map(({ label, insert, meaning }) => ({ label, apply: insert, info: meaning || undefined }));
    return { from: line.from + column, options: offered, validFor: /^[\w.-]*$/ };
  }

  // What is typed over a selection: the browser would put it there with the style of what was selected, which the content
  // security policy refuses aloud.
  function over(event) {
    if (event.inputType !== "insertText" || !event.data || view.composing || view.state.selection.main.empty) return false;
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  }

  // Somebody whose session ended while typing finds the text here again.
  function keep() {
    if (text() === saved) localStorage.removeItem(kept);
    else localStorage.setItem(kept, text());
  }

  function away() {
    document.getElementById("said").replaceChildren(paragraph(form.dataset.away, "wrong"));
    return [];
  }

  const highlight = cm.HighlightStyle.define([
    { tag: [cm.tags.propertyName, cm.tags.definition(cm.tags.propertyName)], color: "var(--code-key)" },
    { tag: [cm.tags.string, cm.tags.content, cm.tags.special(cm.tags.string)], color: "var(--text)" },
    { tag: [cm.tags.number, cm.tags.bool, cm.tags.keyword], color: "var(--code-value)" },
    { tag: cm.tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  ]);
  view = new cm.EditorView({
    doc: saved,
    extensions: [
      cm.EditorView.cspNonce.of(nonce),
      cm.lineNumbers(),
      cm.history(),
      cm.drawSelection(),
      cm.highlightActiveLine(),
      cm.highlightSpecialChars(),
      cm.bracketMatching(),
      cm.yaml(),
      cm.syntaxHighlighting(highlight),
      cm.lintGutter(),
      cm.linter(check, { delay: 500 }),
      cm.autocompletion({ override: [complete] }),
      cm.indentUnit.of("  "),
      cm.EditorState.readOnly.of(field.readOnly),
      // Tab is not bound: it leaves the editor, as it leaves any field.
      cm.keymap.of([
        { key: "Mod-s", run: () => (form.requestSubmit(), true) },
        ...cm.completionKeymap,
        ...cm.lintKeymap,
        ...cm.searchKeymap,
        ...cm.historyKeymap,
        ...cm.defaultKeymap,
      ]),
      cm.EditorView.lineWrapping,
      cm.EditorView.domEventHandlers({ beforeinput: over }),
      cm.EditorView.contentAttributes.of({ "aria-labelledby": "editor-title", id: "text-editor", tabindex: "0" }),
      cm.EditorView.updateListener.of((update) => update.docChanged && keep()),
    ],
  });
  field.hidden = true;
  form.querySelector("label[for=text]").htmlFor = "text-editor";
  field.after(view.dom);
  form.addEventListener("submit", () => (field.value = text()));
  const check_button = document.getElementById("check");
  if (check_button) check_button.hidden = true;
  offer(localStorage.getItem(kept));
  if (line) show(Number(line));

  function offer(earlier) {
    if (earlier === null || earlier === saved) return localStorage.removeItem(kept);
    const button = Object.assign(document.createElement("button"), { type: "button", className: "second" });
    button.textContent = form.dataset.take;
    button.addEventListener("click", () => {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: earlier } });
      document.getElementById("kept").replaceChildren();
      view.focus();
    });
    document.getElementById("kept").replaceChildren(paragraph(form.dataset.kept, "said"), button);
  }

  function show(number) {
    const line = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
    view.dispatch({ selection: { anchor: line.from }, effects: cm.EditorView.scrollIntoView(line.from, { y: "center" }) });
    view.focus();
  }
}

function paragraph(words, name) {
  return Object.assign(document.createElement("p"), { textContent: words, className: name });
}

if (form) open();
