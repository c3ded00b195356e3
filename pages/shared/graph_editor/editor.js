// The editor: gestures change the graph, the history remembers them, Python hears of each finished one.
//
// Python owns the graph and its revision. The browser draws Python's graph only when the revision is new; each
// finished gesture sends the whole graph with the revision it stands on and a running number.

const LIMIT = 200; // steps kept in the history
const MEANINGS = { open: "open path", causal: "causal path", closed: "closed path" };
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Streamlit evaluates this file once in a browser tab, so these outlive a visit to another page.
const editors = new WeakMap(); // parent element -> Editor
const memories = new Map(); // Python's name for the drawing -> its history and view
let clipboard = null;

const newMemory = () => ({ revision: null, graph: null, sent: null, gesture: 0, past: [], future: [], view: null });

class Editor {
  constructor(parent) {
    this.chosen = new Set(); // node names and edge ids
    this.hovered = null; // the node under the pointer
    this.link = null; // the arrow being drawn: { source, kind, dragging }
    this.connecting = false; // whether a press on a node starts an arrow
    this.twoHeaded = false; // whether arrows are drawn with two heads
    this.waiting = false; // for a layout from Python
    this.drawing = new Drawing();
    this.panels = new Panels(this, parent);
    this.gestures = new Gestures(this);
  }

  // ---- What Python says -------------------------------------------------------------------------------------

  update(data, send) {
    this.send = send;
    this.data = data;
    this.panels.root.style.height = `${data.height}px`;
    pen.font = `600 16px ${getComputedStyle(this.panels.root).fontFamily}`;
    if (!memories.has(data.memory)) memories.set(data.memory, newMemory());
    const memory = memories.get(data.memory);
    const first = this.memory !== memory;
    this.memory = memory;
    this.highlight = new Map(data.highlight.map(([kind, a, b, as]) => [edgeId(kind, [a, b]), as]));
    this.roles = new Map(Object.entries(data.roles));
    this.panels.fillColumns();
    if (memory.revision !== data.revision) {
      this.adopt(data, memory);
    } else if (data.refused && data.refused.gesture === memory.gesture && memory.sent === memory.graph) {
      memory.graph = memory.sent = data.graph;
      this.say(data.refused.message, true);
    } else if (memory.graph !== memory.sent) {
      this.tell();
    }
    this.draw();
    if (first) requestAnimationFrame(() => (memory.view ? this.applyView() : this.fit()));
  }

  /** Takes over Python's graph; a change made in Python becomes one step that can be undone. */
  adopt(data, memory) {
    clearTimeout(this.burst);
    this.burst = null;
    if (memory.graph && !sameGraph(memory.graph, data.graph)) {
      memory.past.push({ graph: memory.graph, label: this.waiting ? "laid out" : "changed outside the editor" });
      memory.future = [];
    }
    this.waiting = false;
    memory.revision = data.revision;
    memory.graph = memory.sent = data.graph;
    this.link = null;
    this.gestures.drop();
    requestAnimationFrame(() => this.showAll());
  }

  tell(ask = null) {
    const memory = this.memory;
    memory.sent = memory.graph;
    memory.gesture += 1;
    this.send({ revision: memory.revision, gesture: memory.gesture, ask, graph: memory.graph });
  }

  /** Shows and announces a message; the line returns to its hint with the next gesture. */
  say(text, isRefusal = false) {
    this.panels.say(text, isRefusal);
  }

  // ---- History ----------------------------------------------------------------------------------------------

  get graph() {
    return this.memory.graph;
  }

  /** One finished gesture: one step of the history, one message to Python. */
  commit(graph, label) {
    this.endBurst();
    if (graph === this.graph) return;
    this.remember(label);
    this.memory.graph = graph;
    this.say(label.charAt(0).toUpperCase() + label.slice(1));
    this.draw();
    this.tell();
  }

  remember(label) {
    const { memory } = this;
    memory.past.push({ graph: memory.graph, label });
    if (memory.past.length > LIMIT) memory.past.shift();
    memory.future = [];
  }

  /** Tries a change that may be refused, and says why when it is. */
  attempt(change, label) {
    try {
      this.commit(change(), label);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.say(refusal.message, true);
      return false;
    }
  }

  undo() {
    this.step(this.memory.past, this.memory.future, "Undone");
  }

  redo() {
    this.step(this.memory.future, this.memory.past, "Redone");
  }

  step(from, to, word) {
    this.endBurst();
    if (!from.length) return this.say(word === "Undone" ? "Nothing to undo" : "Nothing to redo");
    const { graph, label } = from.pop();
    to.push({ graph: this.graph, label });
    this.memory.graph = graph;
    this.say(`${word}: ${label}`);
    this.draw();
    this.tell();
  }

  // ---- Changes ----------------------------------------------------------------------------------------------

  get chosenNodes() {
    const names = [...this.chosen].filter((key) => !isEdgeId(key));
    if (!names.length && !this.chosen.size && this.hovered) return new Set([this.hovered]);
    return new Set(names);
  }

  get chosenEdges() {
    return [...this.chosen].filter(isEdgeId).map((id) => this.drawing.edges.get(id));
  }

  choose(keys) {
    this.chosen = new Set(keys);
    this.draw();
  }

  add(name, place) {
    if (!this.attempt(() => addNode(this.graph, name, place), `added ${name}`)) return false;
    this.choose([name]);
    this.focusNode(name);
    return true;
  }

  centre() {
    const { width, height } = this.panels.svg.getBoundingClientRect();
    return this.toDrawing({ x: width / 2, y: height / 2 });
  }

  addColumn(name) {
    const { x, y } = this.centre();
    this.add(name, freePlace(this.graph, x, y));
  }

  rename(old, name) {
    const change = () => {
      const next = renameNode(this.graph, old, name);
      this.roles.set(name, this.roles.get(old));
      return next;
    };
    if (!this.attempt(change, `renamed ${old} to ${name}`)) return false;
    this.choose([name]);
    this.focusNode(name);
    return true;
  }

  remove() {
    const nodes = this.chosenNodes;
    const edges = new Set(this.chosenEdges.map((edge) => edge.id));
    if (!nodes.size && !edges.size) return this.say("Select a node or an arrow first");
    const one = [...nodes][0] ?? edgeText(this.chosenEdges[0].kind, this.chosenEdges[0].ends);
    const count = nodes.size + edges.size;
    this.commit(removeNodes(removeEdges(this.graph, edges), nodes), `deleted ${count === 1 ? one : `${count} parts`}`);
    this.panels.svg.focus({ preventScroll: true });
  }

  setRole(role) {
    const nodes = this.chosenNodes;
    if (nodes.size !== 1) return this.say(`Select one node to make it the ${role}`);
    const [name] = nodes;
    const label = this.graph[role] === name ? `took the role of ${role} from ${name}` : `made ${name} the ${role}`;
    this.attempt(() => toggleRole(this.graph, role, name), label);
  }

  setTrait(trait) {
    const nodes = this.chosenNodes;
    if (!nodes.size) return this.say("Select a node first");
    const all = this.graph.nodes.every((node) => !nodes.has(node.name) || node[trait]);
    const [on, off] = trait === "latent" ? ["latent", "observed"] : ["selected by design", "not selected"];
    const label = `made ${[...nodes].join(", ")} ${all ? off : on}`;
    this.attempt(() => toggleTrait(this.graph, trait, nodes), label);
  }

  changeEdge(change, label) {
    const [edge, ...others] = this.chosenEdges;
    if (!edge || others.length) return this.say("Select one arrow first");
    const before = new Set(this.drawing.edges.keys());
    const done = this.attempt(() => change(edge), `${label} ${edgeText(edge.kind, edge.ends)}`);
    if (done) this.choose([...this.drawing.edges.keys()].filter((id) => !before.has(id)));
  }

  reverse() {
    this.changeEdge(({ kind, ends }) => {
      if (kind === TWO_HEADED) throw new Refusal("A two-headed arrow has no direction to reverse");
      return reverseEdge(this.graph, ends);
    }, "reversed");
  }

  switchHeads() {
    this.changeEdge(({ kind, ends }) => switchKind(this.graph, kind, ends), "changed the heads of");
  }

  nudge(dx, dy) {
    const nodes = this.chosenNodes;
    if (!nodes.size) return;
    if (!this.burst) this.remember(`moved ${[...nodes].join(", ")}`);
    clearTimeout(this.burst);
    const moved = this.graph.nodes.filter((node) => nodes.has(node.name));
    const places = new Map(moved.map((node) => [node.name, { x: node.x + dx, y: node.y + dy }]));
    this.memory.graph = moveNodes(this.graph, places);
    this.drawing.move(places);
    this.burst = setTimeout(() => this.endBurst(), 500);
  }

  /** A burst of nudges is one step and one message. */
  endBurst() {
    if (!this.burst) return;
    clearTimeout(this.burst);
    this.burst = null;
    this.draw();
    this.tell();
  }

  layOut() {
    this.endBurst();
    this.waiting = true;
    this.say("Laying out");
    this.tell("layout");
  }

  copy() {
    const nodes = this.chosenNodes;
    if (!nodes.size) return;
    clipboard = fragment(this.graph, nodes);
    this.say(`Copied ${[...nodes].join(", ")}`);
  }

  paste() {
    if (!clipboard) return;
    const { graph, names } = paste(this.graph, clipboard);
    this.commit(graph, `pasted ${[...names].join(", ")}`);
    this.choose(names);
  }

  /** Selects the next of the arrows that meet at a node, so that keys can reach arrows. */
  nextEdge(name) {
    const around = name ?? this.around;
    const ids = (this.drawing.incident.get(around) ?? []).map((edge) => edge.id);
    if (!ids.length) return this.say("No arrows here");
    this.around = around;
    const next = ids[(ids.findIndex((id) => this.chosen.has(id)) + 1) % ids.length];
    this.choose([next]);
    const { kind, ends } = this.drawing.edges.get(next);
    this.say(`${edgeText(kind, ends)} selected`);
  }

  // ---- Drawing an arrow -------------------------------------------------------------------------------------

  startLink(source, dragging, twoHeaded = false) {
    this.endBurst();
    this.link = { source, dragging, kind: twoHeaded || this.twoHeaded ? TWO_HEADED : ARROW };
    this.draw();
    if (!dragging) this.say(`From ${source}: click a node, or Tab to it and press Enter. Escape cancels`);
  }

  finishLink(target, shift) {
    const { source, kind } = this.link;
    this.cancelLink();
    if (!target || target === source) return;
    const drawn = shift ? TWO_HEADED : kind;
    const done = this.attempt(
      () => addEdge(this.graph, drawn, source, target),
      `drew ${edgeText(drawn, [source, target])}`,
    );
    if (done) this.choose([]);
  }

  cancelLink() {
    this.link = null;
    this.drawing.sketch(ARROW, null);
    this.drawing.mark(null);
    this.draw();
  }

  // ---- View -------------------------------------------------------------------------------------------------

  draw() {
    const { graph } = this;
    const there = new Set([...graph.nodes.map((node) => node.name), ...edgesOf(graph).map((edge) => edge.id)]);
    this.chosen = new Set([...this.chosen].filter((key) => there.has(key)));
    if (!there.has(this.hovered)) this.hovered = null;
    const focused = this.panels.svg.getRootNode().activeElement;
    this.drawing.draw(graph, {
      palette: this.data.palette,
      highlight: this.highlight,
      meanings: MEANINGS,
      chosen: this.chosen,
      source: this.link?.source,
      roleOf: (node) => this.roleOf(node),
      describe: (node) => this.describe(node),
    });
    this.panels.show();
    // The keys would go nowhere with a focused node that has left the graph.
    if (focused && !focused.isConnected) this.panels.svg.focus({ preventScroll: true });
  }

  roleOf(node) {
    if (node.name === this.graph.treatment) return "treatment";
    if (node.name === this.graph.outcome) return "outcome";
    if (node.latent) return "latent";
    const role = this.roles.get(node.name) ?? "other";
    return ["treatment", "outcome", "latent"].includes(role) ? "other" : role;
  }

  describe(node) {
    const role = this.roleOf(node);
    const to = this.graph.edges.filter(([tail]) => tail === node.name).map(([, head]) => head);
    const both = this.graph.bidirected.filter((ends) => ends.includes(node.name));
    const list = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);
    const parts = [node.name];
    if (role !== "other") parts.push(role);
    if (node.latent && role !== "latent") parts.push("latent");
    if (node.selected) parts.push("selected by design");
    parts.push(to.length ? `${to.length > 1 ? "arrows" : "arrow"} to ${list(to)}` : "no arrows out");
    if (both.length) parts.push(`two-headed with ${list(both.map(([a, b]) => (a === node.name ? b : a)))}`);
    return parts.join(", ");
  }

  applyView() {
    const { x, y, zoom } = this.memory.view;
    this.drawing.world.setAttribute("transform", `translate(${x} ${y}) scale(${zoom})`);
  }

  /** A point of the canvas, in pixels from its corner, as a point of the drawing. */
  toDrawing({ x, y }) {
    const view = this.memory.view ?? { x: 0, y: 0, zoom: 1 };
    return { x: (x - view.x) / view.zoom, y: (y - view.y) / view.zoom };
  }

  pointOf(event) {
    const { left, top } = this.panels.svg.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  fit() {
    const { width, height } = this.panels.svg.getBoundingClientRect();
    if (!width || !height) return;
    const box = this.drawing.bounds() ?? { left: -100, right: 100, top: -50, bottom: 50 };
    // Room on all sides, and below for the bar of actions.
    const [side, above, below] = [36, 30, 56];
    const wide = (width - 2 * side) / (box.right - box.left);
    const high = (height - above - below) / (box.bottom - box.top);
    const zoom = Math.max(0.15, Math.min(wide, high, 1.3));
    this.memory.view = {
      zoom,
      x: width / 2 - (zoom * (box.left + box.right)) / 2,
      y: above + (height - above - below) / 2 - (zoom * (box.top + box.bottom)) / 2,
      fitted: true,
    };
    this.applyView();
  }

  /** Fits the view when a node lies outside it. */
  showAll() {
    const box = this.drawing.bounds();
    const { view } = this.memory;
    if (!box || !view) return;
    const { width, height } = this.panels.svg.getBoundingClientRect();
    const [left, right] = [box.left * view.zoom + view.x, box.right * view.zoom + view.x];
    const [top, bottom] = [box.top * view.zoom + view.y, box.bottom * view.zoom + view.y];
    if (view.fitted || left < 0 || top < 0 || right > width || bottom > height) this.fit();
  }

  zoomBy(factor, at) {
    const { width, height } = this.panels.svg.getBoundingClientRect();
    const point = at ?? { x: width / 2, y: height / 2 };
    const { view } = this.memory;
    const zoom = Math.max(0.1, Math.min(4, view.zoom * factor));
    const grow = zoom / view.zoom;
    this.memory.view = { zoom, x: point.x - (point.x - view.x) * grow, y: point.y - (point.y - view.y) * grow };
    this.applyView();
  }

  focusNode(name) {
    this.drawing.nodes.get(name)?.group.focus({ preventScroll: true });
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!editors.has(parentElement)) editors.set(parentElement, new Editor(parentElement));
  editors.get(parentElement).update(data, (gesture) => setStateValue("gesture", gesture));
}
