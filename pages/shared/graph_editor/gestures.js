// Mouse, pen, touch and keys, turned into changes of the editor.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Gestures {
  constructor(editor) {
    this.editor = editor;
    this.drag = null; // what the pressed pointer is doing: { kind, start, ... }
    this.droppedChip = false;
    const { svg: canvas, root, columns } = editor.panels;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", () => this.drop());
    canvas.addEventListener("pointerleave", () => this.hover(null));
    canvas.addEventListener("pointerenter", () => this.takeFocus());
    canvas.addEventListener("dblclick", (event) => this.doubleClick(event));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("focusin", (event) => this.focus(event));
    columns.addEventListener("pointerdown", (event) => this.pressChip(event));
    // Streamlit listens for single keys on the page; what is typed here stays here.
    for (const type of ["keydown", "keyup", "keypress"]) {
      root.addEventListener(type, (event) => event.stopPropagation());
    }
    for (const part of [canvas, editor.panels.actions, editor.panels.bar]) {
      part.addEventListener("keydown", (event) => this.key(event, part === canvas));
    }
  }

  // ---- Pointer ----------------------------------------------------------------------------------------------

  press(event) {
    const { editor } = this;
    if (event.button !== 0 || this.drag) return;
    const start = editor.view.pointOf(event);
    const { node, part, edge } = editor.drawing.ownerOf(event.target);
    editor.panels.svg.setPointerCapture(event.pointerId);
    editor.endBurst();
    editor.panels.say("", false);
    this.pressed = true;
    if (editor.link && !editor.link.dragging) {
      if (node) editor.finishLink(node, event.shiftKey);
      else editor.cancelLink();
    } else if (node && (part === "grip" || editor.connecting)) {
      editor.startLink(node, true, event.shiftKey);
      this.drag = { kind: "link", start };
    } else if (node) {
      if (event.shiftKey) this.toggleChosen(node);
      else if (!editor.chosen.has(node)) editor.choose([node]);
      this.drag = { kind: "move", start, node, moved: false, shift: event.shiftKey };
    } else if (edge) {
      if (event.shiftKey) this.toggleChosen(edge);
      else editor.choose([edge]);
    } else {
      this.drag = { kind: event.shiftKey ? "band" : "pan", start, moved: false, view: { ...editor.view.now } };
    }
    if (node) editor.focusNode(node);
    else editor.panels.svg.focus({ preventScroll: true });
    this.pressed = false;
    event.preventDefault(); // the browser would move the focus to the canvas
  }

  toggleChosen(key) {
    const next = new Set(this.editor.chosen);
    if (!next.delete(key)) next.add(key);
    this.editor.choose(next);
  }

  move(event) {
    const { editor, drag } = this;
    const at = editor.view.pointOf(event);
    if (!drag) {
      const { node } = editor.drawing.ownerOf(event.target);
      this.hover(node ?? null);
      if (editor.link) this.sketch(at, event.shiftKey);
      return;
    }
    const [dx, dy] = [at.x - drag.start.x, at.y - drag.start.y];
    if (!drag.moved && Math.hypot(dx, dy) < 4) return;
    drag.moved = true;
    if (drag.kind === "link") this.sketch(at, event.shiftKey);
    if (drag.kind === "band") editor.panels.showBand(drag.start, at);
    if (drag.kind === "pan") {
      editor.view.show({ ...drag.view, x: drag.view.x + dx, y: drag.view.y + dy, fitted: false });
    }
    if (drag.kind === "move") {
      const { zoom } = editor.view.now;
      drag.places ??= editor.graph.nodes.filter((node) => editor.chosen.has(node.name) || node.name === drag.node);
      drag.now = new Map(drag.places.map((node) => [node.name, { x: node.x + dx / zoom, y: node.y + dy / zoom }]));
      editor.drawing.move(drag.now);
    }
  }

  sketch(at, shift) {
    const { editor } = this;
    const point = editor.view.toDrawing(at);
    const target = editor.drawing.nodeAt(point);
    editor.drawing.sketch(shift ? TWO_HEADED : editor.link.kind, editor.link.source, target ?? point);
    editor.drawing.mark(target === editor.link.source ? null : target);
  }

  release(event) {
    const { editor, drag } = this;
    if (!drag) return;
    const at = editor.view.pointOf(event);
    this.drag = null;
    if (drag.kind === "link") {
      const target = editor.drawing.nodeAt(editor.view.toDrawing(at));
      if (target && target !== editor.link.source) editor.finishLink(target, event.shiftKey);
      else if (drag.moved) this.missed();
      else editor.startLink(editor.link.source, false, event.shiftKey);
    } else if (drag.kind === "band") {
      const [a, b] = [editor.view.toDrawing(drag.start), editor.view.toDrawing(at)];
      editor.panels.showBand(null);
      const within = (value, one, other) => value >= Math.min(one, other) && value <= Math.max(one, other);
      const inside = editor.graph.nodes.filter((node) => within(node.x, a.x, b.x) && within(node.y, a.y, b.y));
      editor.choose([...editor.chosen, ...inside.map((node) => node.name)]);
    } else if (drag.kind === "move" && drag.moved) {
      const names = [...drag.now.keys()];
      editor.commit(moveNodes(editor.graph, drag.now), `moved ${names.length > 3 ? `${names.length} nodes` : names.join(", ")}`);
    } else if (drag.kind === "move" && !drag.shift) {
      editor.choose([drag.node]);
    } else if (drag.kind === "pan" && !drag.moved) {
      editor.choose([]);
    }
  }

  missed() {
    this.editor.cancelLink();
    this.editor.say("Let go on a node to draw an arrow");
  }

  /** Forgets an unfinished gesture. */
  drop() {
    this.drag = null;
    this.editor.panels.showBand(null);
    if (this.editor.link) this.editor.cancelLink();
    else if (this.editor.memory) this.editor.draw();
  }

  hover(node) {
    if (this.editor.hovered === node || this.drag) return;
    this.editor.hovered = node;
    this.editor.panels.showHint();
  }

  /** A key acts on the node under the pointer when nothing else on the page has the focus. */
  takeFocus() {
    if (document.activeElement === document.body) this.editor.panels.svg.focus({ preventScroll: true });
  }

  doubleClick(event) {
    const { editor } = this;
    const target = editor.panels.svg.getRootNode().elementFromPoint(event.clientX, event.clientY);
    const { node, edge } = editor.drawing.ownerOf(target);
    if (node) editor.panels.openName(node);
    else if (!edge) editor.panels.openName(null, editor.view.toDrawing(editor.view.pointOf(event)));
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? event.deltaY * 20 : event.deltaY;
    this.editor.view.zoomBy(Math.exp(-Math.max(-200, Math.min(200, pixels)) * 0.0018), this.editor.view.pointOf(event));
  }

  pressChip(event) {
    const { editor } = this;
    const chip = event.target.closest("button");
    this.droppedChip = false;
    if (!chip || event.button !== 0) return;
    chip.setPointerCapture(event.pointerId);
    const from = { x: event.clientX, y: event.clientY };
    const move = (moved) => {
      if (Math.hypot(moved.clientX - from.x, moved.clientY - from.y) < 5 && !this.droppedChip) return;
      this.droppedChip = true; // the click that follows is the end of this drag
      editor.panels.carry(chip.value, moved);
    };
    const end = (released) => {
      chip.removeEventListener("pointermove", move);
      editor.panels.carry(null);
      const { left, right, top, bottom } = editor.panels.svg.getBoundingClientRect();
      const { clientX: x, clientY: y } = released;
      if (!this.droppedChip || x < left || x > right || y < top || y > bottom) return;
      const point = editor.view.toDrawing(editor.view.pointOf(released));
      editor.add(chip.value, freePlace(editor.graph, point.x, point.y));
    };
    chip.addEventListener("pointermove", move);
    chip.addEventListener("lostpointercapture", end, { once: true });
  }

  // ---- Keys -------------------------------------------------------------------------------------------------

  /** Going to a node with Tab selects it. */
  focus(event) {
    const { editor } = this;
    const { node } = editor.drawing.ownerOf(event.target);
    if (!node || this.pressed) return;
    this.hover(null); // the keys speak now, wherever the pointer rests
    if (editor.link) {
      editor.drawing.sketch(editor.link.kind, editor.link.source, node);
      editor.drawing.mark(node === editor.link.source ? null : node);
    } else if (!editor.chosen.has(node)) {
      editor.choose([node]);
    }
  }

  key(event, onCanvas) {
    const { editor } = this;
    const control = event.ctrlKey || event.metaKey;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const focused = onCanvas ? editor.drawing.ownerOf(event.target).node : undefined;
    const act = control ? this.controlAction(name, event.shiftKey) : this.action(name, event.shiftKey, focused);
    const isButton = !onCanvas && (name === "Enter" || name === " " || name.startsWith("Arrow"));
    if (!act || event.altKey || isButton) return;
    event.preventDefault();
    act();
  }

  controlAction(name, shift) {
    const { editor } = this;
    return {
      z: () => (shift ? editor.redo() : editor.undo()),
      y: () => editor.redo(),
      c: () => editor.copy(),
      v: () => editor.paste(),
      a: () => editor.choose(editor.graph.nodes.map((node) => node.name)),
    }[name];
  }

  action(name, shift, focused) {
    const { editor } = this;
    const { panels } = editor;
    const [one] = editor.chosenNodes;
    const node = focused ?? one;
    if (STEPS[name]) return () => editor.nudge(...STEPS[name].map((way) => way * (shift ? 40 : 10)));
    const connect = () => {
      if (editor.link && focused) {
        editor.finishLink(focused, shift);
        editor.choose([focused]);
      } else if (node) editor.startLink(node, false, shift);
    };
    return {
      t: () => editor.setRole("treatment"),
      e: () => editor.setRole("treatment"),
      o: () => editor.setRole("outcome"),
      l: () => editor.setTrait("latent"),
      u: () => editor.setTrait("latent"),
      s: () => editor.setTrait("selected"),
      r: () => editor.reverse(),
      b: () => editor.switchHeads(),
      a: () => editor.nextEdge(node),
      c: connect,
      Enter: connect,
      n: () => panels.openName(null),
      F2: () => node && panels.openName(node),
      Delete: () => editor.remove(),
      Backspace: () => editor.remove(),
      Escape: () => this.escape(),
      "?": () => panels.toggleHelp(),
      "+": () => editor.view.zoomBy(1.25),
      "=": () => editor.view.zoomBy(1.25),
      "-": () => editor.view.zoomBy(0.8),
      0: () => editor.view.fit(),
    }[name];
  }

  escape() {
    const { editor } = this;
    editor.panels.help.hidden = true;
    if (editor.link || this.drag) this.drop();
    else editor.choose([]);
    editor.panels.say("", false);
  }
}
