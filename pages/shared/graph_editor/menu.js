// The menu of fragments: the textbook's patterns, and what a person has saved in this browser.

class Menu {
  constructor(editor, panels) {
    this.editor = editor;
    this.panels = panels;
    this.button = panels.button("Fragments", "Insert a pattern at the selected nodes, or save them as one", () => this.toggle(),
      { "aria-expanded": "false" });
    this.panel = html("div", { class: "menu", hidden: "", role: "group", "aria-label": "Fragments" });
    this.panel.addEventListener("keydown", (event) => this.key(event));
    this.panel.addEventListener("focusout", (event) => {
      const to = event.relatedTarget;
      if (to && !this.panel.contains(to) && to !== this.button) this.close();
    });
  }

  toggle() {
    if (!this.panel.hidden) return this.close();
    this.fill();
    const [from, root] = [this.button.getBoundingClientRect(), this.panels.root.getBoundingClientRect()];
    this.panel.style.transform = `translate(${from.left - root.left}px, ${from.bottom - root.top + 4}px)`;
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.panel.querySelector("button").focus({ preventScroll: true });
  }

  close() {
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  key(event) {
    const items = [...this.panel.querySelectorAll("button, input")];
    const at = items.indexOf(this.panel.getRootNode().activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      items[(at + step + items.length) % items.length].focus({ preventScroll: true });
    }
    if (event.key === "Escape") {
      this.close();
      this.button.focus({ preventScroll: true });
    }
  }

  run(deed) {
    this.close();
    this.panels.svg.focus({ preventScroll: true });
    deed();
  }

  item(name, says, deed) {
    const made = this.panels.button("", `Insert ${name}`, () => this.run(deed), { class: "item" });
    const [title, text] = [html("b"), html("span")];
    title.textContent = name;
    text.textContent = says;
    made.append(title, text);
    return made;
  }

  fill() {
    const { editor } = this;
    const chosen = [...editor.nodesOf(editor.chosen)];
    const heading = html("p");
    const [x, y] = slots(editor.graph, chosen);
    const at = { 0: "Select one or two nodes to place a pattern at them", 1: `x is ${x}`, 2: `x is ${x}, y is ${y}` };
    heading.textContent = at[chosen.length] ?? "Patterns stand at two nodes at most";
    const patterns = PATTERNS.map((pattern) => this.item(pattern.name, pattern.says, () => editor.insertPattern(pattern)));
    const saved = savedFragments().map((fragment) => this.saved(fragment));
    this.panel.replaceChildren(heading, ...patterns, html("hr"), ...saved, this.saving(chosen));
  }

  saved(fragment) {
    const { nodes, edges, bidirected } = fragment.piece;
    const size = `${nodes.length} nodes, ${edges.length + bidirected.length} arrows; saved in this browser`;
    const remove = this.panels.button("×", `Delete the fragment ${fragment.name}`, () => {
      shelve(savedFragments().filter(({ name }) => name !== fragment.name));
      this.fill();
      this.panel.querySelector("button").focus({ preventScroll: true });
      this.editor.say(`Deleted the fragment ${fragment.name}`);
    }, { class: "icon", "aria-label": `Delete the fragment ${fragment.name}` });
    return html("div", { class: "saved" }, this.item(fragment.name, size, () => this.editor.insertSaved(fragment)), remove);
  }

  saving(chosen) {
    const name = html("input", { placeholder: "Name of a new fragment", "aria-label": "Name of the fragment", maxlength: 80 });
    const save = this.panels.button("Save selection as fragment", "Keep the selected nodes in this browser", () =>
      this.run(() => this.editor.saveFragment(name.value)));
    name.disabled = save.disabled = !chosen.length;
    name.addEventListener("keydown", (event) => event.key === "Enter" && save.click());
    return html("div", { class: "saving" }, name, save);
  }
}
