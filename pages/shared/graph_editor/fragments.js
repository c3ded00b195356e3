// Parts of graphs that are used again: what is copied, the textbook's patterns, and what a person has saved.

/** The part of the graph that lies within the named nodes. */
function fragment(graph, names) {
  const inside = (ends) => ends.every((name) => names.has(name));
  return {
    nodes: graph.nodes.filter((node) => names.has(node.name)),
    edges: graph.edges.filter(inside),
    bidirected: graph.bidirected.filter(inside),
    notes: graph.notes.filter((note) => inside(note.ends)),
  };
}

/** Adds a copied fragment under free names, moved by (dx, dy); returns the new graph and the new names. */
function paste(graph, piece, dx = 30, dy = 60) {
  const names = new Map();
  let next = graph;
  for (const node of piece.nodes) {
    const { name, x, y, ...traits } = node;
    names.set(name, freeName(next, name));
    next = addNode(next, names.get(name), { x: Math.round(x + dx), y: Math.round(y + dy) }, traits);
  }
  const renamed = (ends) => ends.map((name) => names.get(name));
  for (const ends of piece.edges) next = addEdge(next, ARROW, ...renamed(ends));
  for (const ends of piece.bidirected) next = addEdge(next, TWO_HEADED, ...renamed(ends));
  const notes = piece.notes.map((note) => ({ ...note, ends: renamed(note.ends) }));
  return { graph: { ...next, notes: [...next.notes, ...notes] }, names: new Set(names.values()) };
}

/**
 * The textbook's patterns around x and y, which are the selected nodes where two are selected. Places are shares
 * of the way from x to y, and steps of 92 pixels down.
 */
const PATTERNS = [
  { name: "Confounder", says: "a cause of both x and y", nodes: { confounder: [0.5, -1.4] }, edges: ["confounder>x", "confounder>y"] },
  { name: "Mediator", says: "x acts on y through it", nodes: { mediator: [0.5, -0.7] }, edges: ["x>mediator", "mediator>y"] },
  { name: "Collider", says: "an effect of both x and y", nodes: { collider: [0.5, 1.4] }, edges: ["x>collider", "y>collider"] },
  { name: "Instrument", says: "moves x, and y only through x", nodes: { instrument: [-1, 0] }, edges: ["instrument>x", "x>y"] },
  {
    name: "M-structure", says: "two latent causes, of x and of y, meet in m",
    nodes: { "hidden 1": [0, -1.8], m: [0.5, -0.9], "hidden 2": [1, -1.8] }, hidden: ["hidden 1", "hidden 2"],
    edges: ["hidden 1>x", "hidden 1>m", "hidden 2>m", "hidden 2>y"],
  },
  { name: "Hidden common cause", says: "x and y share a latent cause", nodes: {}, edges: ["x=y"] },
  {
    name: "Selection", says: "being in the data depends on x and y", nodes: { selected: [0.5, 1.4] }, chosen: ["selected"],
    edges: ["x>selected", "y>selected"],
  },
];

/** x and y of a pattern: the treatment and what it causes come first, else the order of selection. */
function slots(graph, names) {
  const [a, b] = names;
  if (b === undefined) return a === undefined ? [] : [a];
  const turned = a === graph.outcome || b === graph.treatment || Boolean(directedPath(graph, b, a));
  return turned ? [b, a] : [a, b];
}

/** Adds a pattern at the selected nodes, or with nodes of its own around a point; an edge that is there stays. */
function addPattern(graph, pattern, selected, centre) {
  const names = new Map();
  let next = graph;
  const add = (wanted, x, y, traits) => {
    names.set(wanted, freeName(next, wanted));
    next = addNode(next, names.get(wanted), freePlace(next, x, y), traits);
  };
  const ends = slots(graph, selected);
  ["x", "y"].forEach((slot, index) => {
    if (ends[index] !== undefined) return names.set(slot, ends[index]);
    const other = findNode(graph, ends[0]) ?? { x: centre.x - 215 / 2 - 107, y: centre.y };
    return add(slot, other.x + index * 2 * 172, other.y);
  });
  const [x, y] = ["x", "y"].map((slot) => findNode(next, names.get(slot)));
  for (const [name, [along, down]] of Object.entries(pattern.nodes)) {
    const across = Math.abs(x.x - y.x) > Math.abs(x.y - y.y);
    const place = { x: x.x + along * (y.x - x.x), y: x.y + along * (y.y - x.y) };
    // Between nodes that stand above each other there is room at the side.
    const aside = across ? { x: 0, y: down * 92 } : { x: down * 150, y: 0 };
    add(name, place.x + aside.x, place.y + aside.y,
      { latent: Boolean(pattern.hidden?.includes(name)), selected: Boolean(pattern.chosen?.includes(name)) });
  }
  for (const edge of pattern.edges) {
    const kind = edge.includes(ARROW) ? ARROW : TWO_HEADED;
    const [tail, head] = edge.split(kind).map((name) => names.get(name));
    if (!lookup(next).byId.has(edgeId(kind, [tail, head]))) next = addEdge(next, kind, tail, head);
  }
  const fresh = [...names.values()].filter((name) => !findNode(graph, name));
  return { graph: next, names: new Set(fresh) };
}

const SHELF = "dostudio.fragments";

/** What a person has saved in this browser: [{ name, piece }]; a browser that keeps nothing has none. */
function savedFragments() {
  try {
    const kept = JSON.parse(localStorage.getItem(SHELF) ?? "[]");
    return kept.filter(({ name, piece }) => typeof name === "string" && sound(piece));
  } catch {
    return []; // no storage, or not ours to read
  }
}

/** Whether something read from the browser's store can be pasted. */
function sound(piece) {
  try {
    const empty = { nodes: [], edges: [], bidirected: [], treatment: null, outcome: null, adjusted: null, notes: [] };
    const { graph } = paste(empty, piece);
    const numbers = graph.nodes.every((node) => Number.isFinite(node.x) && Number.isFinite(node.y));
    const named = graph.nodes.every((node) => typeof node.name === "string");
    return numbers && named && graph.notes.every((note) => typeof note.text === "string");
  } catch {
    return false;
  }
}

/** Keeps the saved fragments; says whether the browser took them. */
function shelve(fragments) {
  try {
    localStorage.setItem(SHELF, JSON.stringify(fragments));
    return true;
  } catch {
    return false;
  }
}
