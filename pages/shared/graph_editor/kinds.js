// What a node is in the question and in the study: its role, how it came to be known, what is noted on it.

const TRAITS = {
  latent: ["latent", "observed"],
  selected: ["selected by design", "not selected"],
  randomised: ["random", "no longer random"],
};

function refuseSelected(graph, names) {
  const both = graph.nodes.find((node) => names.has(node.name) && node.selected);
  if (both) throw new Refusal(`${both.name} is selected by design, so it can be neither treatment nor outcome`);
}

/** The question asks for the effect of something measured on something measured. */
function refuseRoles(graph, names) {
  const role = ["treatment", "outcome"].find((one) => names.has(graph[one]));
  if (role) throw new Refusal(`The ${role} must be observed, so ${graph[role]} cannot be latent. Give another node the role first`);
}

/** Makes a node the treatment or the outcome, or takes the role away when it has it. */
function toggleRole(graph, role, name) {
  const other = role === "treatment" ? "outcome" : "treatment";
  if (graph[role] !== name) {
    refuseSelected(graph, new Set([name]));
    if (findNode(graph, name).latent) {
      throw new Refusal(`The ${role} must be observed, and ${name} is latent. Press u on ${name} to make it observed`);
    }
  }
  return {
    ...graph,
    [role]: graph[role] === name ? null : name,
    [other]: graph[other] === name ? null : graph[other],
    adjusted: lessAdjusted(graph, (adjusted) => adjusted === name),
  };
}

const hasTrait = (graph, trait, names) => graph.nodes.every((node) => !names.has(node.name) || node[trait]);

/**
 * Switches a trait of the named nodes: all on, or all off when all were on. What is latent is neither
 * selected nor random, and neither that nor what is selected by design is adjusted for.
 */
function toggleTrait(graph, trait, names) {
  const on = !hasTrait(graph, trait, names);
  const against = { latent: { selected: false, randomised: false }, selected: { latent: false }, randomised: { latent: false } };
  const change = on ? { ...against[trait], [trait]: true } : { [trait]: false };
  const nodes = graph.nodes.map((node) => (names.has(node.name) ? { ...node, ...change } : node));
  if (trait === "latent" && on) refuseRoles(graph, names);
  if (trait === "selected") refuseSelected({ nodes }, new Set([graph.treatment, graph.outcome]));
  const next = { ...graph, nodes };
  if (on && trait !== "randomised") next.adjusted = lessAdjusted(graph, (name) => names.has(name));
  return on && trait === "randomised" ? withoutCauses(next, names) : next;
}

/** The edges that would cause one of the named nodes. */
const causesOf = (graph, names) =>
  edgesOf(graph).filter(({ kind, ends }) => names.has(ends[1]) || (kind === TWO_HEADED && names.has(ends[0])));

/** Takes away what points at the named nodes, and leaves a note on each that says so. */
function withoutCauses(graph, names) {
  const gone = causesOf(graph, names);
  let next = removeEdges(graph, new Set(gone.map((edge) => edge.id)));
  for (const name of names) {
    const mine = gone.filter(({ kind, ends }) => ends[1] === name || (kind === TWO_HEADED && ends[0] === name));
    if (!mine.length) continue;
    const said = `Declared random: took away ${mine.map(({ kind, ends }) => edgeText(kind, ends)).join(", ")}.`;
    next = setNote(next, name, [noteOn(next, name), said].filter(Boolean).join(" "));
  }
  return next;
}

/** Adjusts for the named nodes, or no longer when all were adjusted for; the set is then the person's own. */
function toggleAdjusted(graph, names) {
  const { adjusted } = lookup(graph);
  const [on, off] = [[...names].filter((name) => !adjusted.has(name)), [...names].filter((name) => adjusted.has(name))];
  for (const name of on) {
    const node = findNode(graph, name);
    const refuse = (why) => {
      throw new Refusal(`${name} is ${why}`);
    };
    if (node.latent) refuse("latent, so it cannot be adjusted for");
    if (node.selected) refuse("selected by design, so it is conditioned on already");
    if (graph.treatment === name) refuse("the treatment, so it cannot be adjusted for");
    if (graph.outcome === name) refuse("the outcome, so it cannot be adjusted for");
  }
  const kept = on.length ? [...adjusted, ...on] : [...adjusted].filter((name) => !off.includes(name));
  return { ...graph, adjusted: kept };
}

/** Notes a text on a node (its name) or an edge (its id); an empty one takes the note away. */
function setNote(graph, key, text) {
  const said = text.trim();
  if (said === noteOn(graph, key)) return graph;
  if (said.length > 2000) throw new Refusal("A note may have at most 2000 characters");
  const { kind, ends } = isEdgeId(key) ? lookup(graph).byId.get(key) : { kind: NODE, ends: [key] };
  const others = graph.notes.filter((note) => noteKey(note) !== key);
  return { ...graph, notes: said ? [...others, { kind, ends, text: said }] : others };
}
