// What stands around the drawing: toolbar, actions on the selection, help, the status line.

const ICONS = {
  undo: "M4 7h7a4 4 0 0 1 0 8H7M4 7l3-3M4 7l3 3",
  redo: "M14 7H7a4 4 0 0 0 0 8h4M14 7l-3-3M14 7l-3 3",
  in: "M4 9h10M9 4v10",
  out: "M4 9h10",
  fit: "M3 7V3h4M11 3h4v4M15 11v4h-4M7 15H3v-4",
  left: "M3 2v14M6 5h9v3H6zM6 11h5v3H6z",
  centre: "M9 2v14M4 5h10v3H4zM6 11h6v3H6z",
  right: "M15 2v14M3 5h9v3H3zM7 11h5v3H7z",
  top: "M2 3h14M4 6h3v9H4zM11 6h3v5h-3z",
  middle: "M2 9h14M4 4h3v10H4zM11 6h3v6h-3z",
  bottom: "M2 15h14M4 3h3v9H4zM11 7h3v5h-3z",
  x: "M2 3v12M16 3v12M7 6h4v6H7z",
  y: "M3 2h12M3 16h12M6 7v4h6V7z",
};
const HELP = [
  ["Drag a node", "move it, drawn to the grid and to its neighbours' rows; Alt moves freely"],
  ["Shift+click, Shift+drag", "select several; the bar below aligns and distributes them"],
  ["Click a node, then another", "draw an arrow; back again makes it two-headed. The toolbar turns this off"],
  ["Drag from a node's ring", "draw an arrow to another node; with Shift a two-headed one"],
  ["Double-click, long press", "canvas: new node; node: rename; arrow: note"],
  ["Wheel, drag, two fingers", "zoom, move the view; +, - and 0 zoom in, out and to fit"],
  ["Tab, arrow keys", "go through the nodes, move the node (Shift: further)"],
  ["c or Enter, then again", "draw an arrow from node to node by keyboard or pointer; Escape cancels"],
  ["Letters act on", "the node or arrow under the pointer, or on what is selected"],
  ["e (t), o, a", "exposure or treatment, outcome, adjusted for"],
  ["u (l), s, x", "unobserved (latent), selected by design, randomised"],
  ["n, r (F2), d (Delete)", "new node, rename, delete"],
  [".", "next arrow of the node; then r reverses it, b switches its heads, d deletes it"],
  ["m", "note on a node or an arrow"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo; Ctrl+C, Ctrl+V copy and paste nodes; Ctrl+A selects all"],
];
const NARROW = 900; // pixels
const HINT = "Click a node and then another to draw an arrow. Double-click the canvas to add a node. Press ? for all keys.";

class Panels {
  constructor(editor, parent) {
    this.editor = editor;
    this.svg = svg("svg", { tabindex: "0", role: "application" }, editor.drawing.world);
    this.chips = new Chips(editor, this);
    editor.menu = new Menu(editor, this);
    editor.table = new Table(editor);
    editor.fields = new Fields(editor);
    this.bar = html("div", { class: "bar", role: "toolbar", "aria-label": "Graph tools" }, ...this.tools());
    this.band = html("div", { class: "band", hidden: "" });
    this.empty = html("p", { class: "empty" });
    this.empty.textContent = "Double-click here to add a node, or take columns from above.";
    this.adjusting = html("div", { class: "adjusting", hidden: "" });
    this.actions = html("div", { class: "actions", role: "toolbar", "aria-label": "Selection" });
    this.help = html("dl", { class: "help", hidden: "" }, ...HELP.flatMap((line) => this.helpLine(line)));
    const zoom = html("div", { class: "zoom", role: "group", "aria-label": "Zoom" },
      this.iconButton("in", "Zoom in", () => editor.view.zoomBy(1.25)),
      this.iconButton("fit", "Fit the graph into the frame", () => editor.view.fit()),
      this.iconButton("out", "Zoom out", () => editor.view.zoomBy(0.8)));
    this.canvas = html("div", { class: "canvas" },
      this.svg, this.band, this.empty, this.adjusting, this.actions, zoom, this.help, ...editor.fields.elements);
    this.message = html("span", { class: "message", role: "status", "aria-live": "polite" });
    this.hint = html("span", { class: "hint" });
    this.status = html("div", { class: "status" }, this.message, this.hint);
    const work = html("div", { class: "work" }, this.canvas, editor.table.panel);
    this.root = html("div", { class: "editor" },
      this.bar, this.chips.row, work, this.status, this.chips.ghost, editor.menu.panel);
    parent.append(this.root);
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
    this.modes = {
      clickConnect: this.button("Click to connect", "A click on one node and then on another draws an arrow", () =>
        this.toggle("clickConnect")),
      connecting: this.button("Connect", "Draw arrows by pressing on nodes", () => this.toggle("connecting")),
      twoHeaded: this.button("Two-headed", "Draw arrows with two heads: a hidden common cause", () =>
        this.toggle("twoHeaded")),
    };
    this.undo = this.iconButton("undo", "Undo (Ctrl+Z)", () => editor.undo());
    this.redo = this.iconButton("redo", "Redo (Ctrl+Y)", () => editor.redo());
    this.tabled = this.button("Table", "The arrows and nodes as a table beside the drawing", () => editor.table.toggle());
    const groups = [
      [this.button("Add node", "Add a node (n, or double-click the canvas)", () => editor.fields.openName(null)),
        editor.menu.button],
      Object.values(this.modes),
      [this.undo, this.redo],
      [this.button("Layout", "Arrange the nodes along the arrows", () => editor.layOut()), this.tabled],
      [this.button("?", "Keys and gestures", () => this.toggleHelp(), { class: "icon", "aria-label": "Help" })],
    ];
    return groups.map((buttons) => html("div", { class: "group" }, ...buttons));
  }

  toggle(mode) {
    this.editor[mode] = !this.editor[mode];
    this.editor.armed = null;
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
    for (const [mode, button] of Object.entries(this.modes)) button.setAttribute("aria-pressed", editor[mode]);
    this.tabled.setAttribute("aria-pressed", editor.table.isOpen);
    this.undo.disabled = !memory.past.length;
    this.redo.disabled = !memory.future.length;
    this.empty.hidden = graph.nodes.length > 0;
    this.canvas.classList.toggle("connecting", editor.connecting || Boolean(editor.link));
    const arrows = graph.edges.length + graph.bidirected.length;
    const size = `${graph.nodes.length} nodes, ${arrows} arrows`;
    this.svg.setAttribute("aria-label", `Causal graph, ${size}. Tab goes through the nodes, ? lists the keys.`);
    this.showAdjusted();
    this.showActions();
    this.showHint();
    this.chips.show();
    editor.table.show();
  }

  /** The set that a person has chosen to adjust for, and the way back to the graph's own. */
  showAdjusted() {
    const { adjusted } = this.editor.graph;
    const key = JSON.stringify(adjusted);
    if (this.adjustingKey === key) return;
    this.adjustingKey = key;
    this.adjusting.hidden = adjusted === null;
    if (adjusted === null) return;
    const text = html("span");
    text.textContent = adjusted.length ? `Adjusted for ${listed(adjusted)}` : "Adjusted for nothing";
    text.title = text.textContent;
    const back = this.button("Let the graph choose", "Give the choice of what to adjust for back to the graph", () => {
      this.editor.letGraphChoose();
      this.svg.focus({ preventScroll: true });
    });
    this.adjusting.replaceChildren(text, back);
  }

  /** [label, key, title, deed, whether it holds] for what is selected. */
  actionsFor(nodes, edges) {
    const { editor } = this;
    const { graph } = editor;
    const chosen = new Set(nodes);
    const [name] = nodes;
    const found = [];
    if (nodes.length === 1 && !edges.length) {
      found.push(["Treatment", "e", "Make it the treatment (exposure), or not", () => editor.setRole("treatment", chosen), graph.treatment === name]);
      found.push(["Outcome", "o", "Make it the outcome, or not", () => editor.setRole("outcome", chosen), graph.outcome === name]);
    }
    if (nodes.length) {
      const { adjusted } = lookup(graph);
      const trait = (label, key, title, of) =>
        found.push([label, key, title, () => editor.setTrait(of, chosen), hasTrait(graph, of, chosen)]);
      found.push(["Adjust", "a", "Adjust for it, or no longer", () => editor.adjust(chosen), nodes.every((node) => adjusted.has(node))]);
      trait("Latent", "u", "Latent, or observed", "latent");
      trait("Selected", "s", "The data are selected on it by design, or not", "selected");
      trait("Random", "x", "Its value is drawn at random, so nothing points at it", "randomised");
    }
    if (nodes.length === 1 && !edges.length) found.push(["Rename", "r", "Rename", () => editor.fields.openName(name)]);
    if (edges.length === 1 && !nodes.length) {
      const isArrow = edges[0].kind === ARROW;
      if (isArrow) found.push(["Reverse", "r", "Turn the arrow round", () => editor.reverse(edges)]);
      found.push([isArrow ? "Two heads" : "One head", "b", "Switch between one and two heads", () => editor.switchHeads(edges)]);
    }
    if (nodes.length + edges.length === 1) {
      found.push(["Note", "m", "Note why it is there", () => editor.fields.openNote(name ?? edges[0].id)]);
    }
    if (nodes.length || edges.length) found.push(["Delete", "d", "Delete", () => editor.remove(editor.chosen)]);
    return found;
  }

  showActions() {
    const { editor } = this;
    const nodes = [...editor.nodesOf(editor.chosen)];
    const edges = editor.edgesOf(editor.chosen);
    const found = this.actionsFor(nodes, edges);
    const count = nodes.length + edges.length;
    const text = count > 1 ? `${count} selected` : nodes[0] ?? (edges[0] && edgeText(edges[0].kind, edges[0].ends));
    const key = JSON.stringify([[...editor.chosen], text, found.map(([label, , , , holds]) => [label, holds])]);
    if (this.actionsKey === key) return;
    this.actionsKey = key;
    const buttons = found.map(([label, letter, title, run, holds]) => {
      const made = this.button(label, `${title} (${letter})`, run, holds === undefined ? {} : { "aria-pressed": holds });
      const hint = html("kbd", { "aria-hidden": "true" });
      hint.textContent = letter;
      made.append(hint);
      return made;
    });
    if (nodes.length > 1) {
      const ways = Object.keys(LINES).map((way) => this.iconButton(way, LINES[way][0], () => editor.arrange(way)));
      if (nodes.length > 2) {
        ways.push(this.iconButton("x", "Distribute from left to right", () => editor.arrange("x")));
        ways.push(this.iconButton("y", "Distribute from top to bottom", () => editor.arrange("y")));
      }
      buttons.push(html("span", { class: "ways", role: "group", "aria-label": "Align and distribute" }, ...ways));
    }
    const subject = html("span", { class: "subject" });
    subject.textContent = text ?? "";
    // The bar is built anew, so the focus goes back to the button that had it.
    const focused = [...this.actions.querySelectorAll("button")].indexOf(this.actions.getRootNode().activeElement);
    this.actions.replaceChildren(...(buttons.length ? [subject, ...buttons] : []));
    this.actions.hidden = !buttons.length;
    if (focused >= 0) this.actions.querySelectorAll("button")[focused]?.focus();
  }

  showHint() {
    const { editor } = this;
    const node = editor.hovered && findNode(editor.graph, editor.hovered);
    if (editor.armed) {
      this.hint.textContent = `Click another node to draw an arrow from ${editor.armed}. Escape, or a click on the canvas, lets go.`;
    } else if (editor.connecting && !editor.link) this.hint.textContent = "Press on a node and drag, or click, to the next.";
    else if (node) this.hint.textContent = `${editor.describe(node)}. Drag to move, drag the ring to connect.`;
    else if (editor.hovered) this.hint.textContent = this.edgeHint(editor.hovered);
    else this.hint.textContent = HINT;
  }

  edgeHint(id) {
    const note = noteOn(this.editor.graph, id);
    return `${this.editor.textOf(id)}${note ? `: ${note}` : ""}. r reverses it, b switches its heads, m notes, d deletes.`;
  }

  say(text, isRefusal) {
    this.message.textContent = text;
    this.status.classList.toggle("refused", isRefusal);
  }

  /** A narrow editor has its table below the drawing, and is so much higher. */
  setHeight() {
    const isNarrow = this.root.clientWidth <= NARROW;
    const isBelow = this.editor.table.isOpen && isNarrow;
    this.root.classList.toggle("narrow", isNarrow);
    this.root.style.height = `${this.editor.data.height + (isBelow ? 270 : 0)}px`;
  }

  resized() {
    const { memory } = this.editor;
    if (memory) this.setHeight();
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
}
