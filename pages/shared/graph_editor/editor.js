// The editor: what a person can do to the graph, each deed one step.

const MEANINGS = { open: "open path", causal: "causal path", closed: "closed path" };
const editors = new WeakMap(); // parent element -> Editor
let clipboard = null;

class Editor extends Session {
  constructor(parent) {
    super();
    this.chosen = new Set(); // node names and edge ids
    this.hovered = null; // the node under the pointer
    this.link = null; // the arrow being drawn: { source, kind, dragging }
    this.connecting = false; // whether a press on a node starts an arrow
    this.twoHeaded = false; // whether arrows are drawn with two heads
    this.waiting = false; // for a layout from Python
    this.drawing = new Drawing();
    this.panels = new Panels(this, parent);
    this.view = new View(this.panels.svg, this.drawing, () => this.memory);
    this.gestures = new Gestures(this);
  }

  // ---- Changes ----------------------------------------------------------------------------------------------

  get chosenNodes() {
    const names = [...this.chosen].filter((key) => !isEdgeId(key));
    if (!names.length && !this.chosen.size && this.hovered) return new Set([this.hovered]);
    return new Set(names);
  }

  /** What a key for a role means: the node under the pointer, unless it is part of what is chosen. */
  get meantNodes() {
    return this.hovered && !this.chosen.has(this.hovered) ? new Set([this.hovered]) : this.chosenNodes;
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

  addColumn(name) {
    const { x, y } = this.view.centre();
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
    const nodes = this.meantNodes;
    if (nodes.size !== 1) return this.say(`Select one node to make it the ${role}`);
    const [name] = nodes;
    const label = this.graph[role] === name ? `took the role of ${role} from ${name}` : `made ${name} the ${role}`;
    this.attempt(() => toggleRole(this.graph, role, name), label);
  }

  setTrait(trait) {
    const nodes = this.meantNodes;
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

  // ---- What is shown -------------------------------------------------------------------------------------------------

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

  focusNode(name) {
    this.drawing.nodes.get(name)?.group.focus({ preventScroll: true });
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!editors.has(parentElement)) editors.set(parentElement, new Editor(parentElement));
  editors.get(parentElement).update(data, (gesture) => setStateValue("gesture", gesture));
}
