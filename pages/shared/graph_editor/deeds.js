// What a person can do to the graph, each deed one step of the history.

let clipboard = null;

/** `Editor` adds what is chosen and shown. */
class Deeds extends Session {
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

  remove(keys) {
    if (!keys.size) return this.say("Select a node or an arrow first");
    const [nodes, edges] = [this.nodesOf(keys), new Set(this.edgesOf(keys).map((edge) => edge.id))];
    const [edge] = this.edgesOf(keys);
    const one = [...nodes][0] ?? edgeText(edge.kind, edge.ends);
    this.commit(removeNodes(removeEdges(this.graph, edges), nodes), `deleted ${keys.size === 1 ? one : `${keys.size} parts`}`);
    return true;
  }

  setRole(role, nodes = this.nodesOf(this.meant)) {
    if (nodes.size !== 1) return this.say(`Select one node to make it the ${role}`);
    const [name] = nodes;
    const label = this.graph[role] === name ? `took the role of ${role} from ${name}` : `made ${name} the ${role}`;
    return this.attempt(() => toggleRole(this.graph, role, name), label);
  }

  setTrait(trait, nodes = this.nodesOf(this.meant)) {
    if (!nodes.size) return this.say("Select a node first");
    const [on, off] = TRAITS[trait];
    const was = hasTrait(this.graph, trait, nodes);
    let label = `made ${[...nodes].join(", ")} ${was ? off : on}`;
    if (trait === "randomised" && !was) {
      const gone = causesOf(this.graph, nodes).map(({ kind, ends }) => edgeText(kind, ends));
      label = `declared ${[...nodes].join(", ")} random${gone.length ? `: took away ${gone.join(", ")}` : ""}`;
    }
    return this.attempt(() => toggleTrait(this.graph, trait, nodes), label);
  }

  adjust(nodes = this.nodesOf(this.meant)) {
    if (!nodes.size) return this.say("Select a node first");
    const change = () => toggleAdjusted(this.graph, nodes);
    const { adjusted } = lookup(this.graph);
    const off = [...nodes].every((name) => adjusted.has(name));
    return this.attempt(change, `${off ? "no longer adjusted for" : "adjusted for"} ${[...nodes].join(", ")}`);
  }

  letGraphChoose() {
    if (this.graph.adjusted === null) return this.say("The graph chooses already");
    return this.commit({ ...this.graph, adjusted: null }, "let the graph choose what to adjust for");
  }

  note(key, text) {
    const on = isEdgeId(key) ? this.textOf(key) : key;
    return this.attempt(() => setNote(this.graph, key, text), text.trim() ? `noted on ${on}` : `took the note from ${on}`);
  }

  changeEdge(edges, change, label) {
    const [edge, ...others] = edges;
    if (!edge || others.length) return this.say("Select one arrow first");
    const before = lookup(this.graph).byId;
    const done = this.attempt(() => change(edge), `${label} ${edgeText(edge.kind, edge.ends)}`);
    if (done) this.choose(edgesOf(this.graph).filter(({ id }) => !before.has(id)).map(({ id }) => id));
    return done;
  }

  reverse(edges = this.edgesOf(this.meant)) {
    return this.changeEdge(edges, (edge) => {
      if (edge.kind === TWO_HEADED) throw new Refusal("A two-headed arrow has no direction to reverse");
      return reverseEdge(this.graph, edge);
    }, "reversed");
  }

  switchHeads(edges = this.edgesOf(this.meant)) {
    return this.changeEdge(edges, (edge) => switchKind(this.graph, edge), "changed the heads of");
  }

  nudge(dx, dy) {
    const nodes = this.nodesOf(this.held);
    if (!nodes.size) return;
    if (!this.burst) this.remember(`moved ${named([...nodes])}`);
    clearTimeout(this.burst);
    const moved = this.graph.nodes.filter((node) => nodes.has(node.name));
    const places = new Map(moved.map((node) => [node.name, { x: node.x + dx, y: node.y + dy }]));
    this.memory.graph = moveNodes(this.graph, places);
    this.drawing.move(places);
    this.burst = setTimeout(() => this.endBurst(), 500);
  }

  /** Aligns the chosen nodes in one of the ways in LINES, or distributes them along "x" or "y". */
  arrange(way) {
    const boxes = [...this.nodesOf(this.chosen)].map((name) => this.drawing.nodes.get(name));
    const aligns = way in LINES;
    if (boxes.length < (aligns ? 2 : 3)) return this.say(`Select ${aligns ? "two" : "three"} or more nodes first`);
    const places = aligns ? aligned(boxes, way) : distributed(boxes, way);
    const label = `${aligns ? "aligned" : "distributed"} ${named(boxes.map((box) => box.name))}`;
    return this.commit(moveNodes(this.graph, places), label);
  }

  layOut() {
    this.endBurst();
    if (!this.graph.nodes.length) return this.say("Add nodes first");
    this.waiting = true;
    this.say("Laying out");
    return this.tell("layout");
  }

  copy() {
    const nodes = this.nodesOf(this.held);
    if (!nodes.size) return;
    clipboard = fragment(this.graph, nodes);
    this.say(`Copied ${named([...nodes])}`);
  }

  paste() {
    if (!clipboard) return;
    const { graph, names } = paste(this.graph, clipboard);
    this.commit(graph, `pasted ${named([...names])}`);
    this.choose(names);
  }

  insertPattern(pattern) {
    const chosen = [...this.nodesOf(this.chosen)];
    if (chosen.length > 2) return this.say("Select at most two nodes for a fragment to stand between", true);
    let fresh = [];
    const change = () => {
      const { graph, names } = addPattern(this.graph, pattern, chosen, this.view.centre());
      fresh = names;
      if (graph === this.graph) throw new Refusal(`${chosen.join(" and ")} have that already`);
      return graph;
    };
    if (this.attempt(change, `inserted ${pattern.name.toLowerCase()}`) && fresh.size) this.choose(fresh);
    this.view.showAll();
  }

  insertSaved({ name, piece }) {
    const [xs, ys] = ["x", "y"].map((axis) => piece.nodes.map((node) => node[axis]));
    const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
    const at = freePlace(this.graph, this.view.centre().x, this.view.centre().y);
    const { graph, names } = paste(this.graph, piece, at.x - middle(xs), at.y - middle(ys));
    this.commit(graph, `inserted ${name}`);
    this.choose(names);
    this.view.showAll();
  }

  saveFragment(name) {
    const nodes = this.nodesOf(this.chosen);
    const title = cleaned(name);
    if (!nodes.size || !title) return this.say(nodes.size ? "A fragment needs a name" : "Select the nodes to save first", true);
    const others = savedFragments().filter((saved) => saved.name !== title);
    if (shelve([...others, { name: title, piece: fragment(this.graph, nodes) }])) this.say(`Saved ${title} in this browser`);
    else this.say("This browser does not let the page keep anything, so the fragment is not saved", true);
  }

  // ---- Arrows -----------------------------------------------------------------------------------------------

  drawEdge(kind, tail, head) {
    const done = this.attempt(() => addEdge(this.graph, kind, tail, head), `drew ${edgeText(kind, [tail, head])}`);
    if (done) this.choose([edgeId(kind, [tail, head])]);
    return done;
  }

  /** What a click on one node and then on another means: an arrow, two heads where one comes back, or nothing new. */
  clickEdge(tail, head) {
    const { byId } = lookup(this.graph);
    const find = (kind, ends) => byId.get(edgeId(kind, ends));
    const there = find(ARROW, [tail, head]) ?? find(TWO_HEADED, [tail, head]);
    const back = find(ARROW, [head, tail]);
    if (there) {
      this.choose([there.id]);
      this.say(`${edgeText(there.kind, there.ends)} is there already: it is selected`);
      return false;
    }
    if (!back) return this.drawEdge(this.twoHeaded ? TWO_HEADED : ARROW, tail, head);
    const both = edgeText(TWO_HEADED, back.ends);
    const done = this.attempt(() => replaceEdge(this.graph, back, TWO_HEADED, back.ends), `made it ${both}`);
    if (done) this.choose([edgeId(TWO_HEADED, back.ends)]);
    return done;
  }
}
