// The graph as a table beside the drawing: every arrow and node to be read, changed and added without a pointer.

const WAYS = { ">": "→", "=": "↔", "<": "←" };
const CHUNK = 14; // rows drawn in one frame
const MARKS = [
  ["adjusted", "A", "adjusted for"], ["latent", "U", "latent"], ["selected", "S", "selected by design"],
  ["randomised", "X", "randomised"],
];

class Table {
  constructor(editor) {
    this.editor = editor;
    this.isOpen = false;
    this.tab = "arrows";
    this.rows = new Map(); // edge id or node name -> its row
    this.tabs = ["arrows", "nodes"].map((tab) => {
      const made = html("button", { type: "button", role: "tab", id: `tab-${tab}`, "aria-controls": "graph-table" });
      made.textContent = tab === "arrows" ? "Arrows" : "Nodes";
      made.addEventListener("click", () => this.open(tab));
      return made;
    });
    this.body = html("tbody");
    this.head = html("thead");
    this.caption = html("caption");
    const table = html("table", {}, this.caption, this.head, this.body);
    this.adding = html("form", { class: "adding" });
    this.adding.addEventListener("submit", (event) => this.add(event));
    const scroll = html("div", { class: "scroll", id: "graph-table", role: "tabpanel" }, table);
    this.list = html("div", { class: "tabs", role: "tablist", "aria-label": "Graph as a table" }, ...this.tabs);
    this.list.addEventListener("keydown", (event) => this.turn(event));
    this.panel = html("section", { class: "table", hidden: "", "aria-label": "The graph as a table" },
      this.list, scroll, this.adding);
    this.panel.addEventListener("keydown", (event) => this.key(event));
    this.body.addEventListener("focusin", (event) => this.point(event.target.closest("tr")));
  }

  /** Selects in the drawing what the row with the focus is about. */
  point(element) {
    const [key] = [...this.rows].find(([, row]) => row.element === element) ?? [];
    const { chosen } = this.editor;
    if (key && !this.isFilling && !(chosen.size === 1 && chosen.has(key))) this.editor.choose([key]);
  }

  toggle() {
    this.isOpen = !this.isOpen;
    this.panel.hidden = !this.isOpen;
    this.clear();
    this.editor.panels.setHeight();
    this.editor.panels.show();
    if (this.isOpen) this.tabs.find((tab) => tab.getAttribute("aria-selected") === "true").focus({ preventScroll: true });
  }

  open(tab) {
    this.tab = tab;
    this.clear();
    this.show();
  }

  /** Forgets the rows: hundreds of them at once would take longer to show than part by part. */
  clear() {
    this.shown = null;
    this.rows.clear();
    this.body.replaceChildren();
  }

  turn(event) {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    this.open(this.tab === "arrows" ? "nodes" : "arrows");
    this.tabs.find((tab) => tab.tabIndex === 0).focus({ preventScroll: true });
  }

  key(event) {
    const { editor } = this;
    const control = event.ctrlKey || event.metaKey;
    if (control && "zy".includes(event.key.toLowerCase()) && !event.target.matches("input:not([type=checkbox])")) {
      event.preventDefault();
      if (event.key.toLowerCase() === "y" || event.shiftKey) editor.redo();
      else editor.undo();
    }
  }

  // ---- What it shows ----------------------------------------------------------------------------------------

  show() {
    const { graph } = this.editor;
    if (!this.isOpen) return;
    const isArrows = this.tab === "arrows";
    if (this.shown !== graph) {
      this.shown = graph;
      for (const tab of this.tabs) {
        const isOn = tab.id === `tab-${this.tab}`;
        tab.setAttribute("aria-selected", isOn);
        tab.tabIndex = isOn ? 0 : -1;
      }
      const items = isArrows ? edgesOf(graph) : graph.nodes;
      this.panel.className = `table ${this.tab}`;
      this.caption.textContent = isArrows ? `${items.length} arrows` : `${items.length} nodes`;
      this.heading(isArrows ? ["From", "Kind", "To", "Note", ""] : ["Node", "Role", ...MARKS.map(([, letter]) => letter), "Note", ""]);
      const kept = items.slice(0, Math.max(this.rows.size, CHUNK) + (this.more ? CHUNK : 0));
      this.more = false;
      this.isFilling = true;
      this.fill(kept, isArrows ? (edge) => this.arrowRow(edge) : (node) => this.nodeRow(node));
      this.isFilling = false;
      if (kept.length < items.length || this.addingKey !== this.addingFor(isArrows)) this.fillOn(isArrows);
    }
    for (const [key, row] of this.rows) {
      const isChosen = this.editor.chosen.has(key);
      if (row.isChosen !== isChosen) row.element.classList.toggle("chosen", (row.isChosen = isChosen));
    }
  }

  /** Draws a long table part by part, so that nothing waits for its end. */
  fillOn(isArrows) {
    cancelAnimationFrame(this.next);
    this.next = requestAnimationFrame(() => {
      this.showAdding(isArrows);
      this.shown = null;
      this.more = true;
      this.show();
    });
  }

  heading(titles) {
    if (this.headed === titles.join()) return;
    this.headed = titles.join();
    const cells = titles.map((title) => {
      const cell = html("th", { scope: "col" });
      const mark = MARKS.find(([, letter]) => letter === title);
      cell.textContent = title;
      if (mark) cell.append(spoken(mark[2]));
      if (mark) cell.title = mark[2];
      if (!title) cell.append(spoken("Delete"));
      return cell;
    });
    this.head.replaceChildren(html("tr", {}, ...cells));
  }

  /** Keeps the rows that say the same, so that the focus stays where it is. */
  fill(items, make) {
    const root = this.panel.getRootNode();
    const focused = root.activeElement;
    const place = focused && this.body.contains(focused) ? [focused.closest("tr"), focused.dataset.part] : null;
    const at = place && [...this.body.children].indexOf(place[0]);
    const kept = new Map();
    let next = this.body.firstChild;
    for (const item of items) {
      const key = item.id ?? item.name;
      const says = this.saying(item);
      const old = this.rows.get(key);
      const row = old?.says === says ? old : { says, element: make(item) };
      if (old && old !== row) {
        if (old.element === next) next = next.nextSibling;
        old.element.remove();
      }
      kept.set(key, row);
      if (row.element === next) next = next.nextSibling;
      else this.body.insertBefore(row.element, next);
    }
    for (const [key, row] of this.rows) if (!kept.has(key)) row.element.remove();
    this.rows = kept;
    if (!place || place[0].isConnected) return;
    // The row that had the focus was drawn anew, under another key when its kind has changed.
    const row = this.rows.get(this.expected)?.element ?? this.body.children[Math.min(at, this.body.children.length - 1)];
    (row?.querySelector(`[data-part="${place[1]}"]`) ?? this.tabs[0]).focus({ preventScroll: true });
  }

  saying(item) {
    const { graph } = this.editor;
    const note = noteOn(graph, item.id ?? item.name);
    if (item.ends) return JSON.stringify([item.ends, note]);
    return JSON.stringify([this.roleOf(item), this.marksOf(item), note]);
  }

  marksOf(node) {
    const { adjusted } = lookup(this.editor.graph);
    return MARKS.map(([mark]) => (mark === "adjusted" ? adjusted.has(node.name) : node[mark]));
  }

  roleOf({ name }) {
    const { treatment, outcome } = this.editor.graph;
    return name === treatment ? "treatment" : name === outcome ? "outcome" : "";
  }

  // ---- Rows -------------------------------------------------------------------------------------------------

  arrowRow({ id, kind, ends }) {
    const [tail, head] = ends;
    const says = edgeText(kind, ends);
    const ways = choice("kind", `Kind of the arrow between ${tail} and ${head}`, Object.entries(WAYS), kind);
    ways.addEventListener("change", () => this.redraw(id, ways));
    return html("tr", {}, textCell("th", tail, { scope: "row" }), cell(ways), textCell("td", head), cell(this.noteInput(id, says)),
      cell(this.deleteButton(id, says)));
  }

  nodeRow(node) {
    const { editor } = this;
    const { name } = node;
    const roles = choice("role", `Role of ${name}`, [["", "–"], ["treatment", "treatment"], ["outcome", "outcome"]], this.roleOf(node));
    roles.addEventListener("change", () => {
      const role = roles.value || this.roleOf(node);
      if (!editor.setRole(role, new Set([name]))) roles.value = this.roleOf(node);
    });
    const on = this.marksOf(node);
    const boxes = MARKS.map(([mark, , says], index) => {
      const box = html("input", { type: "checkbox", "aria-label": `${name} is ${says}`, title: says, "data-part": mark });
      box.checked = on[index];
      box.addEventListener("change", () => {
        const names = new Set([name]);
        const done = mark === "adjusted" ? editor.adjust(names) : editor.setTrait(mark, names);
        if (!done) box.checked = on[index];
      });
      return cell(box);
    });
    return html("tr", {}, textCell("th", name, { scope: "row" }), cell(roles), ...boxes, cell(this.noteInput(name, name)),
      cell(this.deleteButton(name, name)));
  }

  noteInput(key, says) {
    const note = noteOn(this.editor.graph, key);
    const input = html("input", { "aria-label": `Note on ${says}`, title: note, maxlength: 2000, "data-part": "note" });
    input.value = note;
    input.addEventListener("change", () => this.editor.note(key, input.value));
    return input;
  }

  deleteButton(key, says) {
    const { editor } = this;
    const button = html("button", { type: "button", class: "icon", "aria-label": `Delete ${says}`, title: `Delete ${says}`, "data-part": "delete" });
    button.textContent = "×";
    button.addEventListener("click", () => editor.remove(new Set([key])));
    return button;
  }

  redraw(id, ways) {
    const { editor } = this;
    const edge = lookup(editor.graph).byId.get(id);
    const ends = ways.value === "<" ? [...edge.ends].reverse() : edge.ends;
    const kind = ways.value === "=" ? TWO_HEADED : ARROW;
    this.expected = edgeId(kind, ends);
    const change = () => replaceEdge(editor.graph, edge, kind, ends);
    if (!editor.attempt(change, `changed ${edgeText(edge.kind, edge.ends)} to ${edgeText(kind, ends)}`)) ways.value = edge.kind;
    this.expected = null;
  }

  // ---- A new arrow, a new node ------------------------------------------------------------------------------

  addingFor(isArrows) {
    return JSON.stringify(isArrows ? this.editor.graph.nodes.map((node) => node.name) : null);
  }

  showAdding(isArrows) {
    const names = this.editor.graph.nodes.map((node) => node.name);
    const key = this.addingFor(isArrows);
    if (this.addingKey === key) return;
    this.addingKey = key;
    const kept = Object.fromEntries(new FormData(this.adding));
    const button = html("button", { type: "submit" });
    button.textContent = isArrows ? "Add arrow" : "Add node";
    const options = names.map((name) => [name, name]);
    const known = (name, other) => (names.includes(name) ? name : other);
    const fields = isArrows
      ? [choice("from", "From", options, known(kept.from, names[0])), choice("way", "Kind of the new arrow", Object.entries(WAYS), kept.way ?? ">"),
        choice("to", "To", options, known(kept.to, names[1]))]
      : [html("input", { name: "name", "aria-label": "Name of the new node", placeholder: "Name", maxlength: 200, list: "unused-columns" })];
    this.adding.replaceChildren(...fields, button);
  }

  add(event) {
    event.preventDefault();
    const { editor } = this;
    const { from, way, to, name } = Object.fromEntries(new FormData(this.adding));
    if (this.tab === "arrows") {
      if (from === undefined) return editor.say("Add two nodes first", true);
      if (way === "<") editor.drawEdge(ARROW, to, from);
      else editor.drawEdge(way, from, to);
      return undefined;
    }
    const centre = editor.view.centre();
    const place = freePlace(editor.graph, centre.x, centre.y);
    if (editor.attempt(() => addNode(editor.graph, cleaned(name), place), `added ${cleaned(name)}`)) this.adding.reset();
    return undefined;
  }
}
