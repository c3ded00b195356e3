// The graph as a value. Every change returns a new graph and leaves the old one as it was, so that a step of the
// history is one reference. A graph is { nodes: [{ name, x, y, latent, selected, randomised }],
// edges: [[tail, head]], bidirected: [[a, b]], treatment, outcome, adjusted: null or [name],
// notes: [{ kind, ends, text }] }; x and y are pixels of the drawing at zoom 1.

const ARROW = ">";
const TWO_HEADED = "=";
const NODE = "."; // a note's kind when it stands on a node
const NODE_HEIGHT = 42;

class Refusal extends Error {}

// An id starts with a character that no name holds, so that ids and names can share one set.
const edgeId = (kind, [a, b]) => `\0${JSON.stringify(kind === ARROW ? [kind, a, b] : [kind, ...[a, b].sort()])}`;
const isEdgeId = (key) => key.startsWith("\0");
const edgeText = (kind, [a, b]) => `${a} ${kind === ARROW ? "→" : "↔"} ${b}`;
const listed = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]);

/** A name for what one step touched: at most three names, else how many. */
const named = (names) => (names.length > 3 ? `${names.length} nodes` : names.join(", "));

const lookups = new WeakMap(); // graph -> what is looked up in it

/** { byName, edges, byId, out, both, notes } of a graph, made once. */
function lookup(graph) {
  if (lookups.has(graph)) return lookups.get(graph);
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const edges = [
    ...graph.edges.map((ends) => ({ kind: ARROW, ends, id: edgeId(ARROW, ends) })),
    ...graph.bidirected.map((ends) => ({ kind: TWO_HEADED, ends, id: edgeId(TWO_HEADED, ends) })),
  ];
  const byId = new Map(edges.map((edge) => [edge.id, edge]));
  const [out, both] = [new Map(), new Map()];
  const put = (map, name, other) => map.set(name, map.get(name) ?? []).get(name).push(other);
  for (const [tail, head] of graph.edges) put(out, tail, head);
  for (const [a, b] of graph.bidirected) [[a, b], [b, a]].forEach(([one, other]) => put(both, one, other));
  const notes = new Map(graph.notes.map((note) => [noteKey(note), note.text]));
  const made = { byName, edges, byId, out, both, notes, adjusted: new Set(graph.adjusted ?? []) };
  lookups.set(graph, made);
  return made;
}

const edgesOf = (graph) => lookup(graph).edges;
const findNode = (graph, name) => lookup(graph).byName.get(name);
const noteKey = ({ kind, ends }) => (kind === NODE ? ends[0] : edgeId(kind, ends));
const noteOn = (graph, key) => lookup(graph).notes.get(key) ?? "";

/** Whether two graphs show the same, whatever the order of a node's properties. */
function sameGraph(a, b) {
  const plain = (graph) => {
    const nodes = graph.nodes.map((node) =>
      [node.name, node.x, node.y, node.latent, node.selected, node.randomised]);
    const notes = graph.notes.map((note) => [noteKey(note), note.text]).sort();
    const adjusted = graph.adjusted && [...graph.adjusted].sort();
    return JSON.stringify([nodes, graph.edges, graph.bidirected, graph.treatment, graph.outcome, adjusted, notes]);
  };
  return plain(a) === plain(b);
}

/** Whether the second graph is the first with nodes at other places. */
const differsInPlaces = (a, b) => sameGraph(moveNodes(a, new Map(b.nodes.map((node) => [node.name, node]))), b);

const sharesNodes = (a, b) => a.nodes.some((node) => findNode(b, node.name));

/** The one node that is called otherwise in another graph, as a map from its old name to its new one. */
function renamedBetween(before, after) {
  const pairs = before.nodes.map(({ name }, index) => [name, after.nodes[index]?.name]).filter(([old, name]) => old !== name);
  const [[old, name] = []] = pairs;
  const isRename = before.nodes.length === after.nodes.length && pairs.length === 1 && !findNode(after, old) && !findNode(before, name);
  return new Map(isRename ? pairs : []);
}

/** The shortest directed path between two nodes, as names, or null. */
function directedPath(graph, from, to) {
  const { out } = lookup(graph);
  const cameFrom = new Map([[from, null]]);
  for (const here of cameFrom.keys()) {
    if (here === to) {
      const path = [];
      for (let at = to; at !== null; at = cameFrom.get(at)) path.unshift(at);
      return path;
    }
    for (const next of out.get(here) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, here);
  }
  return null;
}

/** A typed name without outer and doubled spaces. */
const cleaned = (text) => text.replace(/\s+/gu, " ").trim();

function refuseName(graph, name) {
  if (name.trim() === "") throw new Refusal("A node needs a name");
  if (name.length > 200) throw new Refusal("A name may have at most 200 characters");
  if (findNode(graph, name)) throw new Refusal(`There is a node named ${name} already`);
}

/** `wanted`, or the first of "wanted 2", "wanted 3" that is free. */
function freeName(graph, wanted) {
  let name = wanted;
  for (let number = 2; findNode(graph, name); number += 1) name = `${wanted} ${number}`;
  return name;
}

/** The free place nearest to a point, on widening rings. */
function freePlace(graph, x, y) {
  const taken = (left, top) =>
    graph.nodes.some((node) => Math.abs(node.x - left) < 130 && Math.abs(node.y - top) < NODE_HEIGHT + 24);
  for (let ring = 0; ring < 40; ring += 1) {
    const places = Math.max(1, ring * 6);
    for (let step = 0; step < places; step += 1) {
      const angle = (2 * Math.PI * step) / places;
      const [left, top] = [x + 70 * ring * Math.cos(angle), y + 40 * ring * Math.sin(angle)];
      if (!taken(left, top)) return { x: Math.round(left), y: Math.round(top) };
    }
  }
  return { x: Math.round(x), y: Math.round(y) };
}

function addNode(graph, name, place, traits = {}) {
  refuseName(graph, name);
  const node = { name, latent: false, selected: false, randomised: false, ...traits, x: place.x, y: place.y };
  return { ...graph, nodes: [...graph.nodes, node] };
}

function renameNode(graph, old, name) {
  refuseName(graph, name);
  const swap = (item) => (item === old ? name : item);
  return {
    nodes: graph.nodes.map((node) => (node.name === old ? { ...node, name } : node)),
    edges: graph.edges.map((ends) => ends.map(swap)),
    bidirected: graph.bidirected.map((ends) => ends.map(swap)),
    treatment: swap(graph.treatment),
    outcome: swap(graph.outcome),
    adjusted: graph.adjusted && graph.adjusted.map(swap),
    notes: graph.notes.map((note) => ({ ...note, ends: note.ends.map(swap) })),
  };
}

function refuseCaused(graph, kind, tail, head) {
  const random = (kind === ARROW ? [head] : [tail, head]).find((name) => findNode(graph, name).randomised);
  if (random === undefined) return;
  const edge = edgeText(kind, [tail, head]);
  throw new Refusal(`${random} is declared random, so nothing can cause it: ${edge} is not drawn. Press x on ${random} to take that back`);
}

function addEdge(graph, kind, tail, head) {
  if (tail === head) throw new Refusal("An arrow needs two different nodes");
  if (lookup(graph).byId.has(edgeId(kind, [tail, head]))) {
    throw new Refusal(`${edgeText(kind, [tail, head])} is there already`);
  }
  refuseCaused(graph, kind, tail, head);
  if (kind === TWO_HEADED) return { ...graph, bidirected: [...graph.bidirected, [tail, head]] };
  const back = directedPath(graph, head, tail);
  if (back) {
    const cycle = [tail, ...back].join(" → ");
    throw new Refusal(`${cycle} would be a cycle. Hold Shift while connecting for a two-headed arrow`);
  }
  return { ...graph, edges: [...graph.edges, [tail, head]] };
}

function removeEdges(graph, ids) {
  const kept = (kind) => (ends) => !ids.has(edgeId(kind, ends));
  return {
    ...graph,
    edges: graph.edges.filter(kept(ARROW)),
    bidirected: graph.bidirected.filter(kept(TWO_HEADED)),
    notes: graph.notes.filter((note) => !ids.has(noteKey(note))),
  };
}

/** The adjusted names less some; a set that runs empty this way leaves the choice to the graph again. */
function lessAdjusted(graph, gone) {
  if (!graph.adjusted?.some(gone)) return graph.adjusted;
  const left = graph.adjusted.filter((name) => !gone(name));
  return left.length ? left : null;
}

function removeNodes(graph, names) {
  const kept = (ends) => !ends.some((name) => names.has(name));
  return {
    nodes: graph.nodes.filter((node) => !names.has(node.name)),
    edges: graph.edges.filter(kept),
    bidirected: graph.bidirected.filter(kept),
    treatment: names.has(graph.treatment) ? null : graph.treatment,
    outcome: names.has(graph.outcome) ? null : graph.outcome,
    adjusted: lessAdjusted(graph, (name) => names.has(name)),
    notes: graph.notes.filter((note) => kept(note.ends)),
  };
}

/** Draws an edge in another way, at its place in the list and with its note. */
function replaceEdge(graph, edge, kind, ends) {
  const text = noteOn(graph, edge.id);
  const next = addEdge(removeEdges(graph, new Set([edge.id])), kind, ...ends);
  if (kind === ARROW && edge.kind === ARROW) {
    const at = graph.edges.findIndex((pair) => edgeId(ARROW, pair) === edge.id);
    next.edges.splice(at, 0, next.edges.pop());
  }
  return text ? { ...next, notes: [...next.notes, { kind, ends, text }] } : next;
}

const reverseEdge = (graph, edge) => replaceEdge(graph, edge, ARROW, [edge.ends[1], edge.ends[0]]);

/** An arrow becomes two-headed; a two-headed one becomes an arrow from its first end. */
const switchKind = (graph, edge) => replaceEdge(graph, edge, edge.kind === ARROW ? TWO_HEADED : ARROW, edge.ends);

function moveNodes(graph, places) {
  const nodes = graph.nodes.map((node) => {
    const place = places.get(node.name);
    if (!place) return node;
    const [x, y] = [Math.round(place.x), Math.round(place.y)];
    return x === node.x && y === node.y ? node : { ...node, x, y };
  });
  return nodes.every((node, index) => node === graph.nodes[index]) ? graph : { ...graph, nodes };
}
