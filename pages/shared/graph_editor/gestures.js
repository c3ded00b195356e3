// Mouse, pen and touch, turned into changes of the editor.

class Gestures {
  constructor(editor) {
    this.editor = editor;
    this.drag = null; // what the pressed pointer is doing: { kind, start, ... }
    this.presses = 0;
    this.joined = null; // the press that ended a click-click arrow: { node, press }
    this.touch = new Touch(editor, this);
    const { svg: canvas, root } = editor.panels;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", (event) => this.cancel(event));
    canvas.addEventListener("pointerleave", () => this.hover(null));
    canvas.addEventListener("pointerenter", () => this.takeFocus());
    canvas.addEventListener("dblclick", (event) => this.open(event));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    root.addEventListener("focusout", (event) => root.contains(event.relatedTarget) || editor.arm(null));
    root.addEventListener("click", (event) => canvas.contains(event.target) || editor.arm(null));
  }

  press(event) {
    const { editor } = this;
    if (event.button !== 0 || this.touch.down(event) || this.drag) return;
    const start = editor.view.pointOf(event);
    const { node, part, edge } = editor.drawing.ownerOf(event.target);
    const shift = event.shiftKey;
    editor.panels.svg.setPointerCapture(event.pointerId);
    editor.endBurst();
    editor.panels.say("", false);
    this.presses += 1;
    this.pressed = true;
    const { armed } = editor;
    if (!node || shift) editor.arm(null);
    if (editor.link && !editor.link.dragging) {
      if (node) editor.finishLink(node, shift);
      else editor.cancelLink();
    } else if (node && (part === "grip" || editor.connecting)) {
      editor.startLink(node, true, shift);
      this.drag = { kind: "link", start };
    } else if (node) {
      if (shift) this.toggleChosen(node);
      else if (!editor.chosen.has(node)) editor.choose([node]);
      this.drag = { kind: "move", start, node, armed, moved: false, shift };
    } else if (edge) {
      if (shift) this.toggleChosen(edge);
      else editor.choose([edge]);
    } else {
      this.drag = { kind: shift ? "band" : "pan", start, moved: false, view: { ...editor.view.now } };
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
    if (this.touch.move(event)) return;
    if (!drag) {
      const { node, edge } = editor.drawing.ownerOf(event.target);
      if (event.pointerType !== "touch") this.hover(node ?? edge ?? null);
      if (editor.link) this.sketch(at, event.shiftKey);
      return;
    }
    const [dx, dy] = [at.x - drag.start.x, at.y - drag.start.y];
    if (!drag.moved && Math.hypot(dx, dy) < (event.pointerType === "touch" ? 9 : 4)) return;
    if (!drag.moved) editor.arm(null);
    drag.moved = true;
    if (drag.kind === "link") this.sketch(at, event.shiftKey);
    if (drag.kind === "band") editor.panels.showBand(drag.start, at);
    if (drag.kind === "pan") {
      editor.view.show({ ...drag.view, x: drag.view.x + dx, y: drag.view.y + dy, fitted: false });
    }
    if (drag.kind === "move") this.carry(dx, dy, event.altKey);
  }

  /** Moves the chosen nodes with the pointer; the pressed one keeps to rows, columns and the grid. */
  carry(dx, dy, free) {
    const { editor, drag } = this;
    const { zoom } = editor.view.now;
    const isMoving = (node) => editor.chosen.has(node.name) || node.name === drag.node;
    drag.places ??= editor.graph.nodes.filter(isMoving);
    const held = findNode(editor.graph, drag.node);
    drag.others ??= [...editor.graph.nodes.filter((node) => !isMoving(node)), held]; // its own old row counts too
    const wanted = { x: held.x + dx / zoom, y: held.y + dy / zoom };
    const rest = free ? { ...wanted, guides: [] } : snapped(wanted, drag.others, zoom);
    const [mx, my] = [rest.x - held.x, rest.y - held.y];
    drag.now = new Map(drag.places.map((node) => [node.name, { x: node.x + mx, y: node.y + my }]));
    editor.drawing.move(drag.now);
    editor.drawing.guide(rest, rest.guides);
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
    this.touch.up(event);
    if (!drag) return;
    const at = editor.view.pointOf(event);
    this.drag = null;
    editor.drawing.guide({}, []);
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
      const moved = moveNodes(editor.graph, drag.now);
      if (moved === editor.graph) editor.draw();
      else editor.commit(moved, `moved ${named([...drag.now.keys()])}`);
    } else if (drag.kind === "move" && !drag.shift) {
      this.click(drag);
    } else if (drag.kind === "pan" && !drag.moved) {
      editor.choose([]);
    }
  }

  /** A click on one node and then on another draws an arrow. */
  click({ node, armed }) {
    const { editor } = this;
    if (editor.clickConnect && armed && armed !== node) {
      const drew = editor.clickEdge(armed, node);
      this.joined = drew ? { node, press: this.presses } : null;
      editor.arm(null);
      return;
    }
    editor.choose([node]);
    editor.arm(editor.clickConnect && armed !== node ? node : null);
  }

  missed() {
    this.editor.cancelLink();
    this.editor.say("Let go on a node to draw an arrow");
  }

  cancel(event) {
    this.touch.up(event);
    this.drop();
  }

  /** Forgets an unfinished gesture. */
  drop() {
    const { editor } = this;
    this.drag = null;
    editor.panels.showBand(null);
    editor.drawing.guide({}, []);
    if (editor.link) editor.cancelLink();
    else if (editor.memory) editor.draw();
  }

  hover(key) {
    const { editor } = this;
    if (editor.hovered === key || this.drag) return;
    editor.hovered = key;
    editor.panels.showHint();
    if (!editor.armed) return;
    // What the next click would draw.
    const target = key && !isEdgeId(key) && key !== editor.armed ? key : null;
    editor.drawing.sketch(editor.twoHeaded ? TWO_HEADED : ARROW, editor.armed, target);
    editor.drawing.mark(target);
  }

  /** A key acts on the node under the pointer when nothing else on the page has the focus. */
  takeFocus() {
    if (document.activeElement === document.body) this.editor.panels.svg.focus({ preventScroll: true });
  }

  /** A double click or a long press: a node's name, an arrow's note, or a new node. */
  open(event) {
    const { editor } = this;
    const target = editor.panels.svg.getRootNode().elementFromPoint(event.clientX, event.clientY);
    const { node, edge } = editor.drawing.ownerOf(target);
    // The first of the two clicks was no click to connect after all.
    if (node && this.joined?.node === node && this.joined.press === this.presses - 1) editor.takeBack();
    this.joined = null;
    editor.arm(null);
    if (node) editor.fields.openName(node);
    else if (edge) editor.fields.openNote(edge);
    else editor.fields.openName(null, editor.view.toDrawing(editor.view.pointOf(event)));
  }

  wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? event.deltaY * 20 : event.deltaY;
    this.editor.view.zoomBy(Math.exp(-Math.max(-200, Math.min(200, pixels)) * 0.0018), this.editor.view.pointOf(event));
  }
}
