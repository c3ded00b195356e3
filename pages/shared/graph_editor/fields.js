// The fields that open in place over the drawing: for a name, and for a note.

class Fields {
  constructor(editor) {
    this.editor = editor;
    this.names = html("datalist", { id: "unused-columns" });
    this.name = html("input", { class: "name", hidden: "", list: "unused-columns", "aria-label": "Name", maxlength: 200 });
    this.note = html("textarea", { class: "note-field", hidden: "", rows: 3, maxlength: 2000 });
    this.name.addEventListener("keydown", (event) => this.key(event, () => this.closeName(false)));
    this.name.addEventListener("blur", () => this.closeName(true));
    this.note.addEventListener("keydown", (event) => this.key(event, () => this.closeNote(false)));
    this.note.addEventListener("blur", () => this.closeNote(true));
    this.elements = [this.name, this.names, this.note];
  }

  offer(columns) {
    this.names.replaceChildren(...columns.map((name) => html("option", { value: name })));
  }

  /** Puts a field at a point of the drawing, within the frame. */
  put(field, at, wide) {
    const { view, panels } = this.editor;
    const { x, y, zoom } = view.now;
    const { clientWidth, clientHeight } = panels.canvas;
    const left = Math.max(wide / 2, Math.min(clientWidth - wide / 2, at.x * zoom + x));
    field.hidden = false;
    const half = field.offsetHeight / 2;
    const top = Math.max(half, Math.min(clientHeight - half, at.y * zoom + y));
    field.style.transform = `translate(calc(${left}px - 50%), calc(${top}px - 50%))`;
    field.focus({ preventScroll: true });
    field.select();
  }

  key(event, take) {
    event.stopPropagation();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      take();
    }
    if (event.key === "Escape") {
      this.naming = this.noting = null;
      this.name.hidden = this.note.hidden = true;
      this.editor.panels.svg.focus({ preventScroll: true });
    }
  }

  /** Asks for a name in place: of a node, or of a new one at a point of the drawing. */
  openName(node, place = null) {
    const { editor } = this;
    editor.endBurst();
    const centre = editor.view.centre();
    const at = node ? findNode(editor.graph, node) : place ?? freePlace(editor.graph, centre.x, centre.y);
    this.naming = { node, place: { x: Math.round(at.x), y: Math.round(at.y) }, shown: node ?? "" };
    this.name.value = node ?? "";
    this.name.placeholder = "Name";
    this.put(this.name, at, 190);
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

  /** Asks for the note on a node (its name) or an edge (its id). */
  openNote(key) {
    const { editor } = this;
    editor.endBurst();
    const isEdge = isEdgeId(key);
    const at = isEdge ? editor.drawing.edges.get(key).half : findNode(editor.graph, key);
    this.noting = key;
    this.note.value = noteOn(editor.graph, key);
    this.note.placeholder = isEdge ? "Why do we believe this arrow?" : "What is to be known of this node?";
    this.note.setAttribute("aria-label", `Note on ${isEdge ? editor.textOf(key) : key}`);
    this.put(this.note, { x: at.x, y: at.y + 62 / editor.view.now.zoom }, 260);
    editor.say("Enter keeps the note, Shift+Enter starts a line, Escape leaves it as it was");
  }

  closeNote(leaving) {
    const key = this.noting;
    if (!key) return;
    const { editor } = this;
    this.noting = null;
    this.note.hidden = true;
    const there = isEdgeId(key) ? lookup(editor.graph).byId.has(key) : findNode(editor.graph, key);
    if (there) editor.note(key, this.note.value);
    if (leaving) return;
    if (there && !isEdgeId(key)) editor.focusNode(key);
    else editor.panels.svg.focus({ preventScroll: true });
  }
}
