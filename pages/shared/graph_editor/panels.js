// What stands around the drawing: toolbar, unused columns, actions on the selection, help, the status line.

const ICONS = {
  undo: "M4 7h7a4 4 0 0 1 0 8H7M4 7l3-3M4 7l3 3",
  redo: "M14 7H7a4 4 0 0 0 0 8h4M14 7l-3-3M14 7l-3 3",
  in: "M4 9h10M9 4v10",
  out: "M4 9h10",
  fit: "M3 7V3h4M11 3h4v4M15 11v4h-4M7 15H3v-4",
};
const HELP = [
  ["Drag a node", "move it; Shift+click or Shift+drag on the canvas selects several"],
  ["Drag from a node's ring", "draw an arrow to another node; with Shift a two-headed one"],
  ["Double-click", "on the canvas: new node; on a node: rename"],
  ["Click an arrow", "select it"],
  ["Wheel, drag the canvas", "zoom, move the view"],
  ["Tab, arrow keys", "go through the nodes, move the node (Shift: further)"],
  ["c or Enter, then Tab, Enter", "draw an arrow with the keyboard; Escape cancels"],
  ["a", "select the next arrow of the node; r reverses it, b switches its heads"],
  ["t, o, l, s", "treatment, outcome, latent, selected by design"],
  ["n, F2, Delete", "new node, rename, delete"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo; Ctrl+C, Ctrl+V copy and paste nodes; Ctrl+A selects all"],
  ["+, -, 0", "zoom in, zoom out, fit"],
];
const HINT = "Drag from a node's ring to draw an arrow. Double-click the canvas to add a node. Press ? for all keys.";

class Panels {
  constructor(editor, parent) {
    this.editor = editor;
    this.bar = html("div", { class: "bar", role: "toolbar", "aria-label": "Graph tools" }, ...this.tools());
    this.columns = html("div", { class: "columns", role: "group", "aria-label": "Columns not in the graph" });
    this.svg = svg("svg", { tabindex: "0", role: "application" }, editor.drawing.world);
    this.band = html("div", { class: "band", hidden: "" });
    this.empty = html("p", { class: "empty" });
    this.empty.textContent = "Double-click here to add a node, or take columns from above.";
    this.actions = html("div", { class: "actions", role: "toolbar", "aria-label": "Selection" });
    this.help = html("dl", { class: "help", hidden: "" }, ...HELP.flatMap((line) => this.helpLine(line)));
    this.names = html("datalist", { id: "unused-columns" });
    this.name = html("input", { class: "name", hidden: "", list: "unused-columns", "aria-label": "Name", maxlength: 200 });
    const zoom = html("div", { class: "zoom", role: "group", "aria-label": "Zoom" },
      this.iconButton("in", "Zoom in", () => editor.view.zoomBy(1.25)),
      this.iconButton("fit", "Fit the graph into the frame", () => editor.view.fit()),
      this.iconButton("out", "Zoom out", () => editor.view.zoomBy(0.8)));
    this.canvas = html("div", { class: "canvas" },
      this.svg, this.band, this.empty, this.actions, zoom, this.help, this.name, this.names);
    this.message = html("span", { class: "message", role: "status", "aria-live": "polite" });
    this.hint = html("span", { class: "hint" });
    this.status = html("div", { class: "status" }, this.message, this.hint);
    this.ghost = html("div", { class: "ghost", hidden: "" });
    this.root = html("div", { class: "editor" }, this.bar, this.columns, this.canvas, this.status, this.ghost);
    parent.append(this.root);
    this.name.addEventListener("keydown", (event) => this.nameKey(event));
    this.name.addEventListener("blur", () => this.closeName(true));
    new ResizeObserver(() => this.resized()).observe(this.canvas);
  }

  button(label, title, act, attributes = {}) {
    const made = html("button", { type: "button", title, ...attributes });
    made.append(label);
    made.addEventListener("click", act);
    return made;
  }

  iconButton(icon, title, act) {
    const picture = svg("svg", { viewBox: "0 0 18 18", "aria-hidden": "true" }, svg("path", { d: ICONS[icon] }));
    return this.button(picture, title, act, { class: "icon", "aria-label": title });
  }

  tools() {
    const { editor } = this;
    this.connect = this.button("Connect", "Draw arrows by pressing on nodes", () => this.toggle("connecting"));
    this.heads = this.button("Two-headed", "Draw arrows with two heads: a hidden common cause", () =>
      this.toggle("twoHeaded"));
    this.undo = this.iconButton("undo", "Undo (Ctrl+Z)", () => editor.undo());
    this.redo = this.iconButton("redo", "Redo (Ctrl+Y)", () => editor.redo());
    const groups = [
      [this.button("Add node", "Add a node (n, or double-click the canvas)", () => this.openName(null))],
      [this.connect, this.heads],
      [this.undo, this.redo],
      [this.button("Layout", "Arrange the nodes along the arrows", () => editor.layOut())],
      [this.button("?", "Keys and gestures", () => this.toggleHelp(), { class: "icon", "aria-label": "Help" })],
    ];
    return groups.map((buttons) => html("div", { class: "group" }, ...buttons));
  }

  toggle(mode) {
    this.editor[mode] = !this.editor[mode];
    this.editor.cancelLink();
  }

  helpLine([keys, meaning]) {
    const [term, text] = [html("dt"), html("dd")];
    term.textContent = keys;
    text.textContent = meaning;
    return [term, text];
  }

  toggleHelp() {
    this.help.hidden = !this.help.hidden;
  }

  // ---- What the state of the editor shows -------------------------------------------------------------------

  show() {
    const { editor } = this;
    const { graph, memory } = editor;
    this.connect.setAttribute("aria-pressed", editor.connecting);
    this.heads.setAttribute("aria-pressed", editor.twoHeaded);
    this.undo.disabled = !memory.past.length;
    this.redo.disabled = !memory.future.length;
    this.empty.hidden = graph.nodes.length > 0;
    this.canvas.classList.toggle("connecting", editor.connecting || Boolean(editor.link));
    const arrows = graph.edges.length + graph.bidirected.length;
    const size = `${graph.nodes.length} nodes, ${arrows} arrows`;
    this.svg.setAttribute("aria-label", `Causal graph, ${size}. Tab goes through the nodes, ? lists the keys.`);
    this.showActions();
    this.showHint();
    const there = new Set(graph.nodes.map((node) => node.name));
    for (const chip of this.columns.querySelectorAll("button")) chip.hidden = there.has(chip.value);
    const left = this.columns.querySelector("button:not([hidden])");
    this.columns.firstChild.textContent = left ? "Columns" : "All columns are in the graph.";
    // The row keeps its height when chips leave it, or the drawing below would move.
    this.columns.style.minHeight = `${this.columns.offsetHeight}px`;
  }

  showActions() {
    const { editor } = this;
    const nodes = [...editor.chosen].filter((key) => !isEdgeId(key));
    const edges = editor.chosenEdges;
    const act = (label, key, title, run) => {
      const made = this.button(label, `${title} (${key})`, run);
      const hint = html("kbd", { "aria-hidden": "true" });
      hint.textContent = key;
      made.append(hint);
      return made;
    };
    const buttons = [];
    if (nodes.length === 1 && !edges.length) {
      buttons.push(act("Treatment", "t", "Make it the treatment, or not", () => editor.setRole("treatment")));
      buttons.push(act("Outcome", "o", "Make it the outcome, or not", () => editor.setRole("outcome")));
    }
    if (nodes.length) buttons.push(act("Latent", "l", "Not observed, or observed", () => editor.setTrait("latent")));
    if (nodes.length === 1 && !edges.length) {
      buttons.push(act("Rename", "F2", "Rename", () => this.openName(nodes[0])));
    }
    if (edges.length === 1 && !nodes.length) {
      if (edges[0].kind === ARROW) buttons.push(act("Reverse", "r", "Turn the arrow round", () => editor.reverse()));
      const heads = edges[0].kind === ARROW ? "Two heads" : "One head";
      buttons.push(act(heads, "b", "Switch between one and two heads", () => editor.switchHeads()));
    }
    if (buttons.length || edges.length) buttons.push(act("Delete", "Del", "Delete", () => editor.remove()));
    const subject = html("span", { class: "subject" });
    const count = nodes.length + edges.length;
    subject.textContent = count > 1 ? `${count} selected` : nodes[0] ?? (edges[0] && edgeText(edges[0].kind, edges[0].ends));
    // The bar is built anew, so the focus goes back to the button that had it.
    const focused = [...this.actions.querySelectorAll("button")].indexOf(this.actions.getRootNode().activeElement);
    this.actions.replaceChildren(...(buttons.length ? [subject, ...buttons] : []));
    this.actions.hidden = !buttons.length;
    if (focused >= 0) buttons[focused]?.focus();
  }

  showHint() {
    const { editor } = this;
    const node = editor.hovered && findNode(editor.graph, editor.hovered);
    if (editor.connecting && !editor.link) this.hint.textContent = "Press on a node and drag, or click, to the next.";
    else this.hint.textContent = node ? `${editor.describe(node)}. Drag to move, drag the ring to connect.` : HINT;
  }

  say(text, isRefusal) {
    this.message.textContent = text;
    this.status.classList.toggle("refused", isRefusal);
  }

  fillColumns() {
    const { columns } = this.editor.data;
    if (this.filled === JSON.stringify(columns)) return;
    this.filled = JSON.stringify(columns);
    const chips = columns.map((name) => {
      const chip = this.button(name, `${name}: click to add, or drag onto the canvas`, () =>
        this.editor.gestures.droppedChip || this.editor.addColumn(name));
      chip.value = name;
      return chip;
    });
    this.columns.replaceChildren(html("span"), ...chips);
    this.columns.hidden = !columns.length;
    this.columns.style.minHeight = "";
    this.names.replaceChildren(...columns.map((name) => html("option", { value: name })));
  }

  resized() {
    const { memory } = this.editor;
    const width = this.canvas.clientWidth;
    if (memory?.view?.fitted && width !== this.width) this.editor.view.fit();
    this.width = width;
  }

  /** The rectangle of a selection between two points of the canvas; null hides it. */
  showBand(a, b) {
    this.band.hidden = !a;
    if (!a) return;
    this.band.style.transform = `translate(${Math.min(a.x, b.x)}px, ${Math.min(a.y, b.y)}px)`;
    this.band.style.width = `${Math.abs(a.x - b.x)}px`;
    this.band.style.height = `${Math.abs(a.y - b.y)}px`;
  }

  /** Shows a column's name under the pointer that drags it; null hides it. */
  carry(name, event) {
    this.ghost.hidden = name === null;
    if (name === null) return;
    const { left, top } = this.root.getBoundingClientRect();
    this.ghost.textContent = name;
    this.ghost.style.transform = `translate(calc(${event.clientX - left}px - 50%), calc(${event.clientY - top}px - 50%))`;
  }

  // ---- The field for a name ---------------------------------------------------------------------------------

  /** Asks for a name in place: of a node, or of a new one at a point of the drawing. */
  openName(node, place = null) {
    const { editor } = this;
    editor.endBurst();
    const at = node ? findNode(editor.graph, node) : place ?? freePlace(editor.graph, editor.view.centre().x, editor.view.centre().y);
    const { x, y, zoom } = editor.view.now;
    this.naming = { node, place: { x: Math.round(at.x), y: Math.round(at.y) } };
    const left = Math.max(95, Math.min(this.canvas.clientWidth - 95, at.x * zoom + x));
    this.name.style.transform = `translate(calc(${left}px - 50%), calc(${at.y * zoom + y}px - 50%))`;
    this.name.value = node ?? "";
    this.name.placeholder = "Name";
    this.name.hidden = false;
    this.name.focus({ preventScroll: true });
    this.name.select();
    this.naming.shown = this.name.value;
  }

  nameKey(event) {
    event.stopPropagation();
    if (event.key === "Enter") this.closeName(false);
    if (event.key === "Escape") {
      this.hideName();
      this.svg.focus({ preventScroll: true });
    }
  }

  hideName() {
    this.naming = null;
    this.name.hidden = true;
  }

  /** Takes the name; one that is refused keeps the field open, unless the focus has left it. */
  closeName(leaving) {
    if (!this.naming) return;
    const { editor } = this;
    const { node, place, shown } = this.naming;
    const text = this.name.value;
    if ((leaving && cleaned(text) === "") || (node && text === shown)) {
      this.hideName();
      if (!leaving) editor.focusNode(node);
      return;
    }
    const name = editor.data.columns.includes(text) ? text : cleaned(text);
    const before = this.naming;
    this.naming = null; // taking the focus away below must not come back here
    if (node ? editor.rename(node, name) : editor.add(name, place)) this.hideName();
    else if (leaving) this.hideName();
    else this.naming = before;
  }
}
