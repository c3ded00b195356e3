// The graph as a value. Every change returns a new graph and leaves the old one as it was, so that a step of the
// history is one reference. A graph is { nodes: [{ name, x, y, latent, selected }], edges: [[tail, head]],
// bidirected: [[a, b]], treatment, outcome }; x and y are pixels of the drawing at zoom 1.

const ARROW = ">";
const TWO_HEADED = "=";
const NODE_HEIGHT = 42;

class Refusal extends Error {}

// An id starts with a character that no name holds, so that ids and names can share one set.
const edgeId = (kind, [a, b]) => `\0${JSON.stringify(kind === ARROW ? [kind, a, b] : [kind, ...[a, b].sort()])}`;
const isEdgeId = (key) => key.startsWith("\0");
const edgesOf = (graph) => [
  ...graph.edges.map((ends) => ({ kind: ARROW, ends, id: edgeId(ARROW, ends) })),
  ...graph.bidirected.map((ends) => ({ kind: TWO_HEADED, ends, id: edgeId(TWO_HEADED, ends) })),
];
const findNode = (graph, name) => graph.nodes.find((node) => node.name === name);
const edgeText = (kind, [a, b]) => `${a} ${kind === ARROW ? "→" : "↔"} ${b}`;

/** Whether two graphs show the same, whatever the order of a node's properties. */
function sameGraph(a, b) {
  const plain = (graph) => {
    const nodes = graph.nodes.map((node) => [node.name, node.x, node.y, node.latent, node.selected]);
    return JSON.stringify([nodes, graph.edges, graph.bidirected, graph.treatment, graph.outcome]);
  };
  return plain(a) === plain(b);
}

/** The shortest directed path between two nodes, as names, or null. */
function directedPath(graph, from, to) {
  const heads = new Map();
  for (const [tail, head] of graph.edges) heads.set(tail, [...(heads.get(tail) ?? []), head]);
  const cameFrom = new Map([[from, null]]);
  for (const here of cameFrom.keys()) {
    if (here === to) {
      const path = [];
      for (let at = to; at !== null; at = cameFrom.get(at)) path.unshift(at);
      return path;
    }
    for (const next of heads.get(here) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, here);
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
  const node = { name, latent: false, selected: false, ...traits, x: place.x, y: place.y };
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
  };
}

function addEdge(graph, kind, tail, head) {
  if (tail === head) throw new Refusal("An arrow needs two different nodes");
  const id = edgeId(kind, [tail, head]);
  if (edgesOf(graph).some((edge) => edge.id === id)) {
    throw new Refusal(`${edgeText(kind, [tail, head])} is there already`);
  }
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
  };
}

function removeNodes(graph, names) {
  const kept = (ends) => !ends.some((name) => names.has(name));
  return {
    nodes: graph.nodes.filter((node) => !names.has(node.name)),
    edges: graph.edges.filter(kept),
    bidirected: graph.bidirected.filter(kept),
    treatment: names.has(graph.treatment) ? null : graph.treatment,
    outcome: names.has(graph.outcome) ? null : graph.outcome,
  };
}

function reverseEdge(graph, [tail, head]) {
  const without = removeEdges(graph, new Set([edgeId(ARROW, [tail, head])]));
  return addEdge(without, ARROW, head, tail);
}

/** An arrow becomes two-headed; a two-headed one becomes an arrow from its first end. */
function switchKind(graph, kind, ends) {
  const without = removeEdges(graph, new Set([edgeId(kind, ends)]));
  return addEdge(without, kind === ARROW ? TWO_HEADED : ARROW, ...ends);
}

function refuseSelected(graph, names) {
  const both = graph.nodes.find((node) => names.has(node.name) && node.selected);
  if (both) throw new Refusal(`${both.name} is selected by design, so it can be neither treatment nor outcome`);
}

/** Makes a node the treatment or the outcome, or takes the role away when it has it. */
function toggleRole(graph, role, name) {
  const other = role === "treatment" ? "outcome" : "treatment";
  refuseSelected(graph, new Set([name]));
  return {
    ...graph,
    [role]: graph[role] === name ? null : name,
    [other]: graph[other] === name ? null : graph[other],
  };
}

/** Switches `latent` or `selected` of the named nodes: all on, or all off when all were on; a node is never both. */
function toggleTrait(graph, trait, names) {
  const on = !graph.nodes.every((node) => !names.has(node.name) || node[trait]);
  const change = on ? { latent: false, selected: false, [trait]: true } : { [trait]: false };
  const nodes = graph.nodes.map((node) => (names.has(node.name) ? { ...node, ...change } : node));
  refuseSelected({ nodes }, new Set([graph.treatment, graph.outcome]));
  return { ...graph, nodes };
}

function moveNodes(graph, places) {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const place = places.get(node.name);
      return place ? { ...node, x: Math.round(place.x), y: Math.round(place.y) } : node;
    }),
  };
}

/** The part of the graph that lies within the named nodes. */
function fragment(graph, names) {
  const inside = (ends) => ends.every((name) => names.has(name));
  return {
    nodes: graph.nodes.filter((node) => names.has(node.name)),
    edges: graph.edges.filter(inside),
    bidirected: graph.bidirected.filter(inside),
  };
}

/** Adds a copied fragment under free names, a little aside; returns the new graph and the new names. */
function paste(graph, piece) {
  const named = new Map();
  let next = graph;
  for (const node of piece.nodes) {
    named.set(node.name, freeName(next, node.name));
    next = addNode(next, named.get(node.name), { x: node.x + 30, y: node.y + 60 }, { latent: node.latent });
  }
  for (const [tail, head] of piece.edges) next = addEdge(next, ARROW, named.get(tail), named.get(head));
  for (const [a, b] of piece.bidirected) next = addEdge(next, TWO_HEADED, named.get(a), named.get(b));
  return { graph: next, names: new Set(named.values()) };
}
