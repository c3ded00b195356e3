// The lines of the drawing: where an edge leaves its nodes, how far it bends to keep clear of others.

const HEAD = { length: 12, half: 5.5 };
const FARTHEST_BEND = 140;

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

/** The line and the heads of an edge, as SVG paths, and the point half-way. */
function edgePaths(kind, a, b, bend) {
  const middle = middleOf(a, b, bend);
  const [start, end] = [leaving(a, bend ? middle : b, 2), leaving(b, bend ? middle : a, 2)];
  const inset = (tip, by) => `${tip.x + tip.dx * by} ${tip.y + tip.dy * by}`;
  const from = inset(start, kind === ARROW ? 0 : HEAD.length - 1);
  const to = inset(end, HEAD.length - 1);
  const line = bend ? `M${from}Q${middle.x} ${middle.y} ${to}` : `M${from}L${to}`;
  const half = (axis) => (bend ? (start[axis] + 2 * middle[axis] + end[axis]) / 4 : (start[axis] + end[axis]) / 2);
  const heads = headPath(end) + (kind === ARROW ? "" : headPath(start));
  return { line, heads, half: { x: half("x"), y: half("y") } };
}
