// Neat places: rows and columns, equal gaps, and what a dragged node is drawn towards.

const GRID = 12; // pixels at zoom 1: half of the dots' distance
const PULL = 7; // pixels on the screen within which a neighbour's row or column draws a node

const LINES = {
  left: ["Align left", (box) => ({ x: box.left }), (node, { x }) => ({ x: x + node.width / 2 })],
  centre: ["Align centres in a column", (box) => ({ x: (box.left + box.right) / 2 }), (node, { x }) => ({ x })],
  right: ["Align right", (box) => ({ x: box.right }), (node, { x }) => ({ x: x - node.width / 2 })],
  top: ["Align to the top", (box) => ({ y: box.top }), (node, { y }) => ({ y })],
  middle: ["Align in a row", (box) => ({ y: (box.top + box.bottom) / 2 }), (node, { y }) => ({ y })],
  bottom: ["Align to the bottom", (box) => ({ y: box.bottom }), (node, { y }) => ({ y })],
};

/** The places of boxes ({ name, x, y, width }) after one of the ways in LINES. */
function aligned(boxes, way) {
  const [, line, place] = LINES[way];
  const [ys] = [boxes.map((box) => box.y)];
  const at = line({
    left: Math.min(...boxes.map((box) => box.x - box.width / 2)),
    right: Math.max(...boxes.map((box) => box.x + box.width / 2)),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  });
  return new Map(boxes.map((box) => [box.name, { x: box.x, y: box.y, ...place(box, at) }]));
}

/** The places of boxes with equal gaps between neighbours along "x" or "y", the outer two staying. */
function distributed(boxes, axis) {
  const size = (box) => (axis === "x" ? box.width : NODE_HEIGHT);
  const order = [...boxes].sort((a, b) => a[axis] - b[axis]);
  const [first, last] = [order[0], order.at(-1)];
  const inner = order.slice(1, -1).reduce((sum, box) => sum + size(box), 0);
  const span = last[axis] - size(last) / 2 - (first[axis] + size(first) / 2);
  const gap = (span - inner) / (order.length - 1);
  let edge = first[axis] + size(first) / 2;
  const places = new Map();
  for (const box of order) {
    const isEnd = box === first || box === last;
    if (!isEnd) edge += gap + size(box) / 2;
    places.set(box.name, { x: box.x, y: box.y, [axis]: isEnd ? box[axis] : edge });
    if (!isEnd) edge += size(box) / 2;
  }
  return places;
}

/**
 * Where a dragged point comes to rest: in the row or column of one of the others when it is near, else on the
 * grid. `guides` are the rows and columns that held it, each from the point to the other.
 */
function snapped(point, others, zoom) {
  const found = { guides: [] };
  for (const axis of ["x", "y"]) {
    const across = axis === "x" ? "y" : "x";
    const near = others
      .filter((other) => Math.abs(other[axis] - point[axis]) <= PULL / zoom)
      .sort((a, b) => Math.abs(a[axis] - point[axis]) - Math.abs(b[axis] - point[axis]) ||
        Math.abs(a[across] - point[across]) - Math.abs(b[across] - point[across]))[0];
    found[axis] = near ? near[axis] : Math.round(point[axis] / GRID) * GRID;
    if (near) found.guides.push({ axis, other: near });
  }
  return found;
}
