// The drawing: SVG elements for nodes and edges, reused from one graph to the next. Names reach the page only
// through textContent and setAttribute.

const SVG_SPACE = "http://www.w3.org/2000/svg";
const LABEL_WIDTH = 150;
const HEAD = { length: 12, half: 5.5 };
const pen = document.createElement("canvas").getContext("2d");
const letters = new Intl.Segmenter();

function element(space, tag, attributes, children) {
  const made = space ? document.createElementNS(space, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const svg = (tag, attributes = {}, ...children) => element(SVG_SPACE, tag, attributes, children);
const html = (tag, attributes = {}, ...children) => element(null, tag, attributes, children);

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

/** How far a node's border lies from its centre in a direction of length 1; nodes are boxes with round ends. */
function reach(node, dx, dy) {
  const radius = NODE_HEIGHT / 2;
  const flat = node.width / 2 - radius;
  const toTop = radius / Math.abs(dy);
  if (Math.abs(dx) * toTop <= flat) return toTop;
  return Math.abs(dx) * flat + Math.sqrt(Math.max(0, radius * radius - flat * flat * dy * dy));
}

/** Where a curve from `node` towards a point leaves the node. */
function leaving(node, towards, gap) {
  const [dx, dy] = [towards.x - node.x, towards.y - node.y];
  const length = Math.hypot(dx, dy) || 1;
  const out = reach(node, dx / length, dy / length) + gap;
  return { x: node.x + (dx / length) * out, y: node.y + (dy / length) * out, dx: dx / length, dy: dy / length };
}

const middleOf = (a, b, bend) => {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  // The control point of a quadratic curve lies twice as far out as the curve's own middle.
  const [nx, ny] = [(-(b.y - a.y) / length) * bend * 2, ((b.x - a.x) / length) * bend * 2];
  return { x: (a.x + b.x) / 2 + nx, y: (a.y + b.y) / 2 + ny };
};

/** Whether the curve from a to b runs through a node that is neither. */
function blocked(a, b, bend, nodes) {
  const middle = middleOf(a, b, bend);
  const steps = Math.min(40, Math.max(8, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 20)));
  const [left, right] = [Math.min(a.x, b.x, middle.x), Math.max(a.x, b.x, middle.x)];
  const [top, bottom] = [Math.min(a.y, b.y, middle.y), Math.max(a.y, b.y, middle.y)];
  for (const node of nodes.values()) {
    const [w, h] = [node.width / 2 + 5, NODE_HEIGHT / 2 + 5];
    if (node === a || node === b || node.x + w < left || node.x - w > right) continue;
    if (node.y + h < top || node.y - h > bottom) continue;
    for (let step = 1; step < steps; step += 1) {
      const t = step / steps;
      const x = (1 - t) * (1 - t) * a.x + 2 * t * (1 - t) * middle.x + t * t * b.x;
      const y = (1 - t) * (1 - t) * a.y + 2 * t * (1 - t) * middle.y + t * t * b.y;
      if (Math.abs(x - node.x) < w && Math.abs(y - node.y) < h) return true;
    }
  }
  return false;
}

/** The smallest bend that keeps an edge clear of other nodes; two-headed edges are always curved. */
function bendOf(kind, a, b, nodes) {
  const bends = kind === ARROW ? [0, 34, -34, 64, -64, 100, -100, 140, -140] : [-38, 38, -68, 68, -104, 104];
  return bends.find((bend) => !blocked(a, b, bend, nodes)) ?? bends[0];
}

function headPath(tip) {
  const [x, y] = [tip.x + tip.dx * HEAD.length, tip.y + tip.dy * HEAD.length];
  const [nx, ny] = [-tip.dy * HEAD.half, tip.dx * HEAD.half];
  return `M${tip.x} ${tip.y}L${x + nx} ${y + ny}L${x - nx} ${y - ny}Z`;
}

/** The line and the heads of an edge, as SVG paths. */
function edgePaths(kind, a, b, bend) {
  const middle = middleOf(a, b, bend);
  const [start, end] = [leaving(a, bend ? middle : b, 2), leaving(b, bend ? middle : a, 2)];
  const inset = (tip, by) => `${tip.x + tip.dx * by} ${tip.y + tip.dy * by}`;
  const from = inset(start, kind === ARROW ? 0 : HEAD.length - 1);
  const to = inset(end, HEAD.length - 1);
  const line = bend ? `M${from}Q${middle.x} ${middle.y} ${to}` : `M${from}L${to}`;
  return { line, heads: headPath(end) + (kind === ARROW ? "" : headPath(start)) };
}

/** The ink that can be read on a colour: white on blue, black on the others. */
function inkOn(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.4 ? "#14171c" : "#ffffff";
}

class Drawing {
  constructor() {
    this.edges = new Map(); // id -> { group, line, heads, hit, title, kind, ends }
    this.nodes = new Map(); // name -> { group, ..., x, y, width }
    this.owners = new WeakMap(); // SVG group -> node name or edge id
    this.incident = new Map(); // name -> the edges that meet there
    this.edgeLayer = svg("g");
    this.nodeLayer = svg("g");
    this.draft = svg("path", { class: "draft" });
    this.world = svg("g", {}, this.edgeLayer, this.draft, this.nodeLayer);
  }

  /** What an event's target belongs to: { node, part } or { edge } or {}. */
  ownerOf(target) {
    const group = target.closest?.(".node, .edge");
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
    this.reconcile(this.nodes, graph.nodes.map((node) => node.name), this.nodeLayer, (name) => this.makeNode(name));
    for (const node of graph.nodes) this.styleNode(node, look);
    const edges = edgesOf(graph);
    this.reconcile(this.edges, edges.map((edge) => edge.id), this.edgeLayer, () => this.makeEdge());
    this.incident = new Map(graph.nodes.map((node) => [node.name, []]));
    for (const edge of edges) {
      const drawn = Object.assign(this.edges.get(edge.id), edge);
      this.owners.set(drawn.group, edge.id);
      for (const name of edge.ends) this.incident.get(name).push(drawn);
      const kind = look.highlight.get(edge.id) ?? "";
      drawn.group.setAttribute("class", `edge ${edge.kind === ARROW ? "arrow" : "two-headed"} ${kind}`);
      drawn.group.classList.toggle("chosen", look.chosen.has(edge.id));
      drawn.title.textContent = edgeText(edge.kind, edge.ends) + (kind ? ` (${look.meanings[kind]})` : "");
      this.route(drawn);
    }
  }

  reconcile(drawn, wanted, layer, make) {
    const keep = new Set(wanted);
    for (const [key, item] of drawn) {
      if (!keep.has(key)) {
        item.group.remove();
        drawn.delete(key);
      }
    }
    wanted.forEach((key, index) => {
      if (!drawn.has(key)) drawn.set(key, make(key));
      const { group } = drawn.get(key);
      if (layer.children[index] !== group) layer.insertBefore(group, layer.children[index] ?? null);
    });
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
    title.textContent = name;
    const badge = svg("text", { class: "letter", dy: "0.36em" });
    const mark = svg("g", { class: "badge", transform: `translate(${19 - width / 2} 0)` },
      svg("circle", { r: 10 }), badge);
    const plus = svg("g", { class: "plus", transform: `translate(${width / 2 + 9} 0)` },
      svg("circle", { class: "grip", r: 10 }), svg("path", { d: "M-5 0H5M0 -5V5" }));
    const round = box("body", 0);
    const group = svg("g", { class: "node", tabindex: "0", role: "button" }, title, box("focus", 6),
      box("grip ring", 5), round, box("second", -4), text, mark, plus);
    this.owners.set(group, name);
    return { group, badge, text, round, second: group.querySelector(".second"), width, x: 0, y: 0 };
  }

  styleNode(node, look) {
    const drawn = this.nodes.get(node.name);
    const role = look.roleOf(node);
    const [colour, letter] = look.palette[role];
    drawn.group.setAttribute("class", `node ${role}`);
    drawn.group.classList.toggle("unseen", node.latent);
    drawn.group.classList.toggle("chosen", look.chosen.has(node.name));
    drawn.group.classList.toggle("source", look.source === node.name);
    drawn.group.setAttribute("aria-label", look.describe(node));
    // A collider is drawn in the ink of the theme: black in light, white in dark.
    const plain = role === "collider";
    drawn.group.style.setProperty("--role", plain ? "var(--st-text-color)" : colour);
    drawn.group.style.setProperty("--ink", plain ? "var(--st-background-color)" : inkOn(colour));
    drawn.round.setAttribute("rx", node.selected ? 4 : NODE_HEIGHT / 2);
    drawn.second.setAttribute("rx", node.selected ? 2 : NODE_HEIGHT / 2 - 4);
    drawn.badge.textContent = letter;
    drawn.text.setAttribute("x", letter ? 11 : 0);
    drawn.badge.parentNode.style.display = letter ? "" : "none";
    this.place(drawn, node);
  }

  place(drawn, { x, y }) {
    drawn.x = x;
    drawn.y = y;
    drawn.group.setAttribute("transform", `translate(${x} ${y})`);
  }

  route(edge) {
    const [a, b] = edge.ends.map((name) => this.nodes.get(name));
    const { line, heads } = edgePaths(edge.kind, a, b, bendOf(edge.kind, a, b, this.nodes));
    edge.line.setAttribute("d", line);
    edge.hit.setAttribute("d", line);
    edge.heads.setAttribute("d", heads);
  }

  makeEdge() {
    const [title, hit] = [svg("title"), svg("path", { class: "hit" })];
    const [line, heads] = [svg("path", { class: "line" }), svg("path", { class: "heads" })];
    return { group: svg("g", { class: "edge" }, title, hit, line, heads), title, hit, line, heads };
  }

  /** Moves some nodes and only the edges that meet them. */
  move(places) {
    for (const [name, place] of places) this.place(this.nodes.get(name), place);
    const touched = new Set([...places.keys()].flatMap((name) => this.incident.get(name)));
    for (const edge of touched) this.route(edge);
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
