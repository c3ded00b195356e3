// The editor: what is chosen, armed and shown; one for each place on the page.

const MEANINGS = { open: "open path", causal: "causal path", closed: "blocked path" };
const editors = new WeakMap(); // parent element -> Editor

class Editor extends Deeds {
  constructor(parent) {
    super();
    this.chosen = new Set(); // node names and edge ids
    this.hovered = null; // the node or edge under the pointer
    this.link = null; // the arrow being drawn: { source, kind, dragging }
    this.armed = null; // the node clicked a moment ago: a click on another draws an arrow from it
    this.clickConnect = true; // whether two clicks draw an arrow
    this.connecting = false; // whether a press on a node starts an arrow
    this.twoHeaded = false; // whether arrows are drawn with two heads
    this.waiting = false; // for a layout from Python
    this.drawing = new Drawing();
    this.panels = new Panels(this, parent);
    this.view = new View(this.panels.svg, this.drawing, () => this.memory);
    this.gestures = new Gestures(this);
    this.keys = new Keys(this);
  }

  // ---- What is chosen ---------------------------------------------------------------------------------------

  /** What a letter means: the node or arrow under the pointer, unless it is part of what is chosen. */
  get meant() {
    return this.hovered && !this.chosen.has(this.hovered) ? new Set([this.hovered]) : this.chosen;
  }

  /** What Delete and the arrow keys mean: what is chosen, else the node or arrow under the pointer. */
  get held() {
    return this.chosen.size ? this.chosen : this.meant;
  }

  nodesOf(keys) {
    return new Set([...keys].filter((key) => !isEdgeId(key)));
  }

  edgesOf(keys) {
    const { byId } = lookup(this.graph);
    return [...keys].filter(isEdgeId).map((id) => byId.get(id));
  }

  textOf(id) {
    const { kind, ends } = lookup(this.graph).byId.get(id);
    return edgeText(kind, ends);
  }

  choose(keys) {
    this.chosen = new Set(keys);
    this.draw();
  }

  /** Selects the next of the arrows that meet at a node, so that keys can reach arrows. */
  nextEdge(name) {
    const around = name ?? this.around;
    const ids = (this.drawing.incident.get(around) ?? []).map((edge) => edge.id);
    if (!ids.length) return this.say("No arrows here");
    this.around = around;
    const next = ids[(ids.findIndex((id) => this.chosen.has(id)) + 1) % ids.length];
    this.choose([next]);
    this.say(`${this.textOf(next)} selected`);
  }

  // ---- Drawing an arrow -------------------------------------------------------------------------------------

  startLink(source, dragging, twoHeaded = false) {
    this.endBurst();
    this.armed = null;
    this.link = { source, dragging, kind: twoHeaded || this.twoHeaded ? TWO_HEADED : ARROW };
    this.draw();
    if (!dragging) this.say(`From ${source}: click a node, or Tab to it and press Enter. Escape cancels`);
  }

  finishLink(target, shift) {
    const { source, kind } = this.link;
    this.cancelLink();
    if (target && target !== source) this.drawEdge(shift ? TWO_HEADED : kind, source, target);
  }

  cancelLink() {
    this.link = null;
    this.draw();
  }

  /** Makes a node the one that the next click draws from; null lets go. */
  arm(name) {
    if (this.armed === name) return;
    this.armed = name;
    if (this.memory) this.draw();
  }

  // ---- What is shown ----------------------------------------------------------------------------------------

  draw() {
    const { graph } = this;
    const { byName, byId, adjusted } = lookup(graph);
    const isThere = (key) => byName.has(key) || byId.has(key);
    if (![...this.chosen].every(isThere)) this.chosen = new Set([...this.chosen].filter(isThere));
    if (this.hovered && !isThere(this.hovered)) this.hovered = null;
    if (this.armed && !isThere(this.armed)) this.armed = null;
    if (!this.armed && !this.link) {
      this.drawing.sketch(ARROW, null);
      this.drawing.mark(null);
    }
    const page = this.panels.root.getRootNode();
    const focused = page.activeElement;
    this.drawing.draw(graph, {
      palette: this.data.palette,
      highlight: this.highlight,
      meanings: MEANINGS,
      chosen: this.chosen,
      adjusted,
      source: this.link?.source,
      armed: this.armed,
      roleOf: (node) => this.roleOf(node),
      noteOn: (key) => noteOn(graph, key),
      describe: (node) => this.describe(node),
    });
    this.panels.show();
    // The keys would go nowhere with a focused node that has left the graph.
    const isLost = focused && !focused.isConnected && !this.panels.root.contains(page.activeElement);
    if (isLost) this.panels.svg.focus({ preventScroll: true });
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
    const { out, both, adjusted } = lookup(this.graph);
    const [to, with_] = [out.get(node.name) ?? [], both.get(node.name) ?? []];
    const parts = [node.name];
    if (role !== "other") parts.push(role);
    if (node.latent && role !== "latent") parts.push("latent");
    if (adjusted.has(node.name)) parts.push("adjusted for");
    if (node.selected) parts.push("selected by design");
    if (node.randomised) parts.push("randomised");
    parts.push(to.length ? `${to.length > 1 ? "arrows" : "arrow"} to ${listed(to)}` : "no arrows out");
    if (with_.length) parts.push(`two-headed with ${listed(with_)}`);
    const note = noteOn(this.graph, node.name);
    if (note) parts.push(`note: ${note}`);
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
