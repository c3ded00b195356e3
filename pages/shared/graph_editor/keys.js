// The keyboard. Letters act on the node or arrow under the pointer, or on what is selected.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MODIFIERS = ["Shift", "Control", "Alt", "Meta", "AltGraph"];

class Keys {
  constructor(editor) {
    this.editor = editor;
    const { svg: canvas, root, actions, bar } = editor.panels;
    // Streamlit listens for single keys on the page; what is typed here stays here.
    for (const type of ["keydown", "keyup", "keypress"]) {
      root.addEventListener(type, (event) => event.stopPropagation());
    }
    for (const part of [canvas, actions, bar]) {
      part.addEventListener("keydown", (event) => this.key(event, part === canvas));
    }
    canvas.addEventListener("focusin", (event) => this.focus(event));
  }

  /** Going to a node with Tab selects it. */
  focus(event) {
    const { editor } = this;
    const { node } = editor.drawing.ownerOf(event.target);
    if (!node || editor.gestures.pressed) return;
    editor.gestures.hover(null); // the keys speak now, wherever the pointer rests
    if (editor.link) {
      editor.drawing.sketch(editor.link.kind, editor.link.source, node);
      editor.drawing.mark(node === editor.link.source ? null : node);
    } else if (!editor.chosen.has(node)) {
      editor.choose([node]);
    }
  }

  key(event, onCanvas) {
    const { editor } = this;
    if (!MODIFIERS.includes(event.key)) editor.arm(null);
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
    const { panels, fields, meant } = editor;
    const pointed = editor.hovered && !isEdgeId(editor.hovered) ? editor.hovered : undefined;
    const node = pointed ?? focused ?? [...editor.nodesOf(meant)][0];
    if (STEPS[name]) return () => editor.nudge(...STEPS[name].map((way) => way * (shift ? 40 : 10)));
    const connect = () => {
      const target = pointed ?? focused;
      if (editor.link && target) {
        editor.finishLink(target, shift);
        editor.choose([target]);
      } else if (node) editor.startLink(node, false, shift);
      else editor.say("Point at a node, or select one, to draw an arrow from it");
    };
    const rename = () => (node ? fields.openName(node) : editor.say("Select a node first"));
    const remove = (keys) => editor.remove(keys) && panels.svg.focus({ preventScroll: true });
    return {
      t: () => editor.setRole("treatment"),
      e: () => editor.setRole("treatment"),
      o: () => editor.setRole("outcome"),
      a: () => editor.adjust(),
      l: () => editor.setTrait("latent"),
      u: () => editor.setTrait("latent"),
      s: () => editor.setTrait("selected"),
      x: () => editor.setTrait("randomised"),
      r: () => (editor.edgesOf(meant).length ? editor.reverse() : rename()),
      b: () => editor.switchHeads(),
      m: () => (meant.size === 1 ? fields.openNote([...meant][0]) : editor.say("Select one node or arrow to note on")),
      ".": () => editor.nextEdge(node),
      c: connect,
      Enter: connect,
      n: () => fields.openName(null),
      F2: rename,
      d: () => remove(meant),
      Delete: () => remove(editor.held),
      Backspace: () => remove(editor.held),
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
    editor.menu.close();
    if (editor.link || editor.gestures.drag) editor.gestures.drop();
    else editor.choose([]);
    editor.panels.say("", false);
  }
}
