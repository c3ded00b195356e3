// The drawing: SVG elements for nodes and edges, reused from one graph to the next. Names reach the page only
// through textContent and setAttribute. Only what a change touches is drawn again.

const LABEL_WIDTH = 150;
const NOTE_ICON = "M-4.5 -6H1.5L4.5 -3V6H-4.5ZM1.5 -6V-3H4.5M-2 0H2M-2 3H2";
const pen = document.createElement("canvas").getContext("2d");
const letters = new Intl.Segmenter();

/** The name cut in its middle to the width of a label, whole emoji kept whole. */
function shortened(name) {
  if (pen.measureText(name).width <= LABEL_WIDTH) return name;
  const parts = [...letters.segment(name)].map((part) => part.segment);
  for (let kept = Math.min(parts.length - 1, 40); kept > 1; kept -= 1) {
    const front = Math.ceil(kept * 0.6);
    const text = `${parts.slice(0, front).join("")}…${parts.slice(parts.length - (kept - front)).join("")}`;
    if (pen.measureText(text).width <= LABEL_WIDTH) return text;
  }
  return "…";
}

/** The ink that can be read on a colour: white on blue, black on the others. */
function inkOn(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.4 ? "#14171c" : "#ffffff";
}

const noteIcon = () =>
  svg("g", { class: "note" }, svg("circle", { r: 10 }), svg("path", { d: NOTE_ICON }));

class Drawing {
  constructor() {
    this.edges = new Map(); // id -> { group, line, heads, hit, title, kind, ends }
    this.nodes = new Map(); // name -> { group, ..., x, y, width }
    this.owners = new WeakMap(); // SVG group -> node name or edge id
    this.incident = new Map(); // name -> the edges that meet there
    this.stirred = new Map(); // where nodes were when the edges were last routed
    this.edgeLayer = svg("g");
    this.nodeLayer = svg("g");
    this.draft = svg("path", { class: "draft" });
    this.guides = svg("path", { class: "guides" });
    this.world = svg("g", {}, this.edgeLayer, this.guides, this.draft, this.nodeLayer);
  }

  /** What an event's target belongs to: { node, part } or { edge } or {}. */
  ownerOf(target) {
    const group = target?.closest?.(".node, .edge");
    if (!group) return {};
    if (group.classList.contains("edge")) return { edge: this.owners.get(group) };
    return { node: this.owners.get(group), part: target.classList.contains("grip") ? "grip" : "body" };
  }

  /** The node whose box holds a point of the drawing, or undefined. */
  nodeAt(point) {
    const inside = ([, node]) =>
      Math.abs(point.x - node.x) <= node.width / 2 + 8 && Math.abs(point.y - node.y) <= NODE_HEIGHT / 2 + 8;
    return [...this.nodes].reverse().find(inside)?.[0];
  }

  draw(graph, look) {
    const { edges } = lookup(graph);
    this.reconcile(this.nodes, graph.nodes.map((node) => node.name), this.nodeLayer, (name) => this.makeNode(name));
    for (const node of graph.nodes) this.styleNode(node, look);
    this.reconcile(this.edges, edges.map((edge) => edge.id), this.edgeLayer, () => this.makeEdge());
    this.incident = new Map(graph.nodes.map((node) => [node.name, []]));
    for (const edge of edges) {
      const drawn = Object.assign(this.edges.get(edge.id), edge);
      for (const name of edge.ends) this.incident.get(name).push(drawn);
      this.styleEdge(drawn, look);
    }
    this.rerouteNear();
  }

  reconcile(drawn, wanted, layer, make) {
    const keep = new Set(wanted);
    for (const [key, item] of drawn) {
      if (!keep.has(key)) {
        if (drawn === this.nodes) this.stir(key, item);
        item.group.remove();
        drawn.delete(key);
      }
    }
    let next = layer.firstChild;
    for (const key of wanted) {
      if (!drawn.has(key)) drawn.set(key, make(key));
      const { group } = drawn.get(key);
      if (group === next) next = next.nextSibling;
      else layer.insertBefore(group, next);
    }
  }

  makeNode(name) {
    const label = shortened(name);
    const width = Math.max(86, Math.ceil(pen.measureText(label).width) + 56);
    const box = (className, out, round) =>
      svg("rect", {
        class: className, x: -width / 2 - out, y: -NODE_HEIGHT / 2 - out,
        width: width + 2 * out, height: NODE_HEIGHT + 2 * out, rx: round ?? NODE_HEIGHT / 2 + out,
      });
    const text = svg("text", { class: "label", dy: "0.35em" });
    text.textContent = label;
    const title = svg("title");
    const badge = svg("text", { class: "letter", dy: "0.36em" });
    const mark = svg("g", { class: "badge", transform: `translate(${19 - width / 2} 0)` },
      svg("circle", { r: 10 }), badge);
    const plus = svg("g", { class: "plus", transform: `translate(${width / 2 + 9} 0)` },
      svg("circle", { class: "grip", r: 10 }), svg("path", { d: "M-5 0H5M0 -5V5" }));
    const [round, second] = [box("body", 0), box("second", -4, 2)];
    const tags = svg("g", { class: "tags", transform: `translate(${16 - width / 2} ${-NODE_HEIGHT / 2})` });
    const group = svg("g", { class: "node", tabindex: "0", role: "button" }, title, box("focus", 6),
      box("grip ring", 5), round, second, text, mark, tags, plus);
    this.owners.set(group, name);
    return { name, group, title, badge, text, round, tags, width, x: NaN, y: NaN };
  }

  styleNode(node, look) {
    const drawn = this.nodes.get(node.name);
    if (drawn.x !== node.x || drawn.y !== node.y) this.place(drawn, node);
    const [role, note, says] = [look.roleOf(node), look.noteOn(node.name), look.describe(node)];
    const adjusted = look.adjusted.has(node.name);
    const states = {
      unseen: node.latent, kept: node.selected, random: node.randomised, adjusted,
      chosen: look.chosen.has(node.name), source: look.source === node.name, armed: look.armed === node.name,
    };
    const key = JSON.stringify([role, states, note, says]);
    if (drawn.key === key) return;
    drawn.key = key;
    const [colour, letter] = look.palette[role];
    const target = drawn.group.classList.contains("target");
    const classes = Object.keys(states).filter((state) => states[state]);
    drawn.group.setAttribute("class", ["node", role, ...classes, target ? "target" : ""].join(" ").trim());
    drawn.group.setAttribute("aria-label", says);
    drawn.title.textContent = note ? `${node.name}\n${note}` : node.name;
    // A collider is drawn in the ink of the theme: black in light, white in dark.
    const plain = role === "collider";
    drawn.group.style.setProperty("--role", plain ? "var(--st-text-color)" : colour);
    drawn.group.style.setProperty("--ink", plain ? "var(--st-background-color)" : inkOn(colour));
    drawn.round.setAttribute("rx", node.selected || adjusted ? 3 : NODE_HEIGHT / 2);
    drawn.badge.textContent = letter;
    drawn.text.setAttribute("x", letter ? 11 : 0);
    drawn.badge.parentNode.style.display = letter ? "" : "none";
    const tagged = [
      [node.selected, "S"], [node.randomised, "R"], [node.latent && role !== "latent", "U"],
    ];
    drawn.tags.replaceChildren(...tagged.filter(([on]) => on).map(([, tag], index) => this.tag(tag, index)));
    if (note) {
      const icon = noteIcon();
      icon.setAttribute("transform", `translate(${drawn.width - 32} 0)`);
      drawn.tags.append(icon);
    }
  }

  /** A letter on a node's border, in a square like a die's face. */
  tag(letter, index) {
    const text = svg("text", { class: "tag-letter", dy: "0.36em" });
    text.textContent = letter;
    return svg("g", { class: "tag", transform: `translate(${index * 20} 0)` },
      svg("rect", { x: -8, y: -8, width: 16, height: 16, rx: 3 }), text);
  }

  styleEdge(drawn, look) {
    const { id, kind, ends } = drawn;
    const [meaning, note] = [look.highlight.get(id) ?? "", look.noteOn(id)];
    const key = JSON.stringify([id, meaning, look.chosen.has(id), note]);
    if (drawn.key === key) return;
    drawn.key = key;
    this.owners.set(drawn.group, id);
    drawn.group.setAttribute("class", `edge ${kind === ARROW ? "arrow" : "two-headed"} ${meaning}`);
    drawn.group.classList.toggle("chosen", look.chosen.has(id));
    const text = edgeText(kind, ends) + (meaning ? ` (${look.meanings[meaning]})` : "");
    drawn.title.textContent = note ? `${text}\n${note}` : text;
    if (Boolean(drawn.note) === Boolean(note)) return;
    drawn.note?.remove();
    drawn.note = note ? noteIcon() : null;
    if (drawn.note) drawn.group.append(drawn.note);
    this.placeNote(drawn);
  }

  placeNote({ note, half }) {
    if (note && half) note.setAttribute("transform", `translate(${half.x} ${half.y})`);
  }

  place(drawn, { x, y }) {
    if (!Number.isNaN(drawn.x)) this.stir(drawn.name, drawn);
    else if (!this.stirred.has(drawn.name)) this.stirred.set(drawn.name, []);
    drawn.x = x;
    drawn.y = y;
    drawn.group.setAttribute("transform", `translate(${x} ${y})`);
  }

  /** Notes where a node was when the edges were last routed. */
  stir(name, { x, y, width }) {
    if (!this.stirred.has(name)) this.stirred.set(name, [{ x, y, width }]);
  }

  /** Routes the new edges, those that meet a moved node, and those that it may block or have blocked. */
  rerouteNear() {
    const boxes = [...this.stirred].flatMap(([name, before]) => [...before, this.nodes.get(name) ?? []].flat());
    for (const edge of this.edges.values()) {
      const met = edge.ends.some((name) => this.stirred.has(name));
      if (!edge.half || met || boxes.some((box) => this.mayBlock(box, edge))) this.route(edge);
    }
    this.stirred.clear();
  }

  mayBlock(box, { ends }) {
    const [a, b] = ends.map((name) => this.nodes.get(name));
    const far = FARTHEST_BEND + NODE_HEIGHT;
    const [wide, high] = [far + box.width / 2, far];
    return box.x > Math.min(a.x, b.x) - wide && box.x < Math.max(a.x, b.x) + wide &&
      box.y > Math.min(a.y, b.y) - high && box.y < Math.max(a.y, b.y) + high;
  }

  route(edge) {
    const [a, b] = edge.ends.map((name) => this.nodes.get(name));
    const { line, heads, half } = edgePaths(edge.kind, a, b, bendOf(edge.kind, a, b, this.nodes));
    edge.half = half;
    edge.from = { x: a.x, y: a.y };
    edge.group.removeAttribute("transform");
    edge.line.setAttribute("d", line);
    edge.hit.setAttribute("d", line);
    edge.heads.setAttribute("d", heads);
    this.placeNote(edge);
  }

  makeEdge() {
    const [title, hit] = [svg("title"), svg("path", { class: "hit" })];
    const [line, heads] = [svg("path", { class: "line" }), svg("path", { class: "heads" })];
    return { group: svg("g", { class: "edge" }, title, hit, line, heads), title, hit, line, heads };
  }

  /** Moves some nodes, all as far, and only the edges that meet them; those between them go along. */
  move(places) {
    for (const [name, place] of places) this.place(this.nodes.get(name), place);
    const touched = new Set([...places.keys()].flatMap((name) => this.incident.get(name)));
    for (const edge of touched) {
      const [a, b] = edge.ends;
      if (!places.has(a) || !places.has(b)) this.route(edge);
      else edge.group.setAttribute("transform", `translate(${this.nodes.get(a).x - edge.from.x} ${this.nodes.get(a).y - edge.from.y})`);
    }
  }

  /** The arrow being drawn: from a node to a node or a point; nothing when `from` is null. */
  sketch(kind, from, to) {
    const start = this.nodes.get(from);
    this.draft.setAttribute("d", "");
    if (!start || !to) return;
    const end = this.nodes.get(to) ?? { ...to, width: NODE_HEIGHT - 34 };
    if (end === start) return;
    if (this.nodes.has(to)) {
      const { line, heads } = edgePaths(kind, start, end, kind === ARROW ? 0 : -38);
      this.draft.setAttribute("d", line + heads);
    } else {
      const out = leaving(start, to, 2);
      this.draft.setAttribute("d", `M${out.x} ${out.y}L${to.x} ${to.y}`);
    }
    this.draft.classList.toggle("two-headed", kind === TWO_HEADED);
  }

  /** Marks the node an arrow would end at. */
  mark(name) {
    if (name !== this.marked) this.nodes.get(this.marked)?.group.classList.remove("target");
    this.nodes.get(name)?.group.classList.add("target");
    this.marked = name;
  }

  /** The rows and columns that hold a dragged node at `point`. */
  guide(point, guides) {
    const ends = guides.map(({ axis, other }) =>
      (axis === "x" ? `M${other.x} ${other.y}V${point.y}` : `M${other.x} ${other.y}H${point.x}`));
    this.guides.setAttribute("d", ends.join(""));
  }

  /** { left, top, right, bottom } of all nodes, or null when there are none. */
  bounds() {
    const boxes = [...this.nodes.values()];
    if (!boxes.length) return null;
    return {
      left: Math.min(...boxes.map((box) => box.x - box.width / 2)),
      right: Math.max(...boxes.map((box) => box.x + box.width / 2)),
      top: Math.min(...boxes.map((box) => box.y - NODE_HEIGHT / 2)),
      bottom: Math.max(...boxes.map((box) => box.y + NODE_HEIGHT / 2)),
    };
  }
}
