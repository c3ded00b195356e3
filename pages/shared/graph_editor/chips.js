// The columns that are not in the graph yet: clicked, or dragged onto the canvas with a mouse.

class Chips {
  constructor(editor, panels) {
    this.editor = editor;
    this.panels = panels;
    this.row = html("div", { class: "columns", role: "group", "aria-label": "Columns not in the graph" });
    this.ghost = html("div", { class: "ghost", hidden: "" });
    this.row.addEventListener("pointerdown", (event) => this.press(event));
  }

  fill() {
    const { columns } = this.editor.data;
    if (this.filled === JSON.stringify(columns)) return;
    this.filled = JSON.stringify(columns);
    const chips = columns.map((name) => {
      const chip = this.panels.button(name, `${name}: click to add, or drag onto the canvas`, () =>
        this.dropped || this.editor.addColumn(name));
      chip.value = name;
      return chip;
    });
    this.row.replaceChildren(html("span"), ...chips);
    this.row.hidden = !columns.length;
    this.row.style.minHeight = "";
    this.shown = null;
    this.editor.fields.offer(columns);
  }

  show() {
    const { byName } = lookup(this.editor.graph);
    const chips = [...this.row.querySelectorAll("button")];
    const shown = chips.map((chip) => (byName.has(chip.value) ? "" : "1")).join();
    if (this.shown === shown) return;
    this.shown = shown;
    for (const chip of chips) chip.hidden = byName.has(chip.value);
    this.row.firstChild.textContent = chips.some((chip) => !chip.hidden) ? "Columns" : "All columns are in the graph.";
    // The row keeps its height when chips leave it, or the drawing below would move.
    this.row.style.minHeight = `${this.row.offsetHeight}px`;
  }

  press(event) {
    const { editor } = this;
    const chip = event.target.closest("button");
    this.dropped = false;
    // A finger scrolls the row, and taps to add.
    if (!chip || event.button !== 0 || event.pointerType === "touch") return;
    chip.setPointerCapture(event.pointerId);
    const from = { x: event.clientX, y: event.clientY };
    const move = (moved) => {
      if (Math.hypot(moved.clientX - from.x, moved.clientY - from.y) < 5 && !this.dropped) return;
      this.dropped = true; // the click that follows is the end of this drag
      this.carry(chip.value, moved);
    };
    const end = (released) => {
      chip.removeEventListener("pointermove", move);
      this.carry(null);
      const { left, right, top, bottom } = editor.panels.svg.getBoundingClientRect();
      const { clientX: x, clientY: y } = released;
      if (!this.dropped || x < left || x > right || y < top || y > bottom) return;
      const point = editor.view.toDrawing(editor.view.pointOf(released));
      editor.add(chip.value, freePlace(editor.graph, point.x, point.y));
    };
    chip.addEventListener("pointermove", move);
    chip.addEventListener("lostpointercapture", end, { once: true });
  }

  /** Shows a column's name under the pointer that drags it; null hides it. */
  carry(name, event) {
    this.ghost.hidden = name === null;
    if (name === null) return;
    const { left, top } = this.panels.root.getBoundingClientRect();
    this.ghost.textContent = name;
    this.ghost.style.transform = `translate(calc(${event.clientX - left}px - 50%), calc(${event.clientY - top}px - 50%))`;
  }
}
