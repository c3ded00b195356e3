// One drawing's session with Python, and its history of steps.
//
// Python owns the graph and its revision. The browser draws Python's graph only when the revision is new; each
// finished gesture sends the whole graph with the revision it stands on and a running number.

const LIMIT = 200; // steps kept in the history

// Streamlit evaluates these scripts once in a browser tab, so the memories outlive a visit to another page.
const memories = new Map(); // Python's name for the drawing -> its history and view

const newMemory = () => ({ revision: null, graph: null, sent: null, gesture: 0, past: [], future: [], view: null });

/** What `Editor` builds on: `draw`, `panels`, `gestures` and `view` are its own. */
class Session {
  // ---- What Python says -------------------------------------------------------------------------------------

  update(data, send) {
    this.send = send;
    this.data = data;
    this.panels.setHeight();
    pen.font = `600 16px ${getComputedStyle(this.panels.root).fontFamily}`;
    if (!memories.has(data.memory)) memories.set(data.memory, newMemory());
    const memory = memories.get(data.memory);
    const first = this.memory !== memory;
    this.memory = memory;
    this.highlight = new Map(data.highlight.map(([kind, a, b, as]) => [edgeId(kind, [a, b]), as]));
    this.roles = new Map(Object.entries(data.roles));
    this.panels.chips.fill();
    if (memory.revision !== data.revision) {
      this.adopt(data, memory);
    } else if (data.refused && data.refused.gesture === memory.gesture && memory.sent === memory.graph) {
      memory.graph = memory.sent = data.graph;
      this.waiting = false;
      this.say(data.refused.message, true);
    } else if (memory.graph !== memory.sent || (first && !sameGraph(memory.graph, data.graph))) {
      this.tell(); // a page switch may have come between a gesture and Python
    }
    this.draw();
    if (first) requestAnimationFrame(() => (memory.view ? this.view.show(memory.view) : this.view.fit()));
  }

  /** Takes over Python's graph; a change made in Python becomes one step that can be undone. */
  adopt(data, memory) {
    clearTimeout(this.burst);
    this.burst = null;
    const isSame = !memory.graph || sameGraph(memory.graph, data.graph);
    const isLaidOut = this.waiting && (isSame || differsInPlaces(memory.graph, data.graph));
    if (!isSame) {
      memory.past.push({ graph: memory.graph, label: isLaidOut ? "laid out" : "changed outside the editor" });
      memory.future = [];
    }
    if (isLaidOut) this.say(isSame ? "The layout is the same already" : "Laid out");
    else if (!isSame) this.say("Changed outside the editor. Undo brings the old graph back");
    const fitted = isLaidOut || !memory.graph || !sharesNodes(memory.graph, data.graph);
    this.waiting = false;
    memory.revision = data.revision;
    memory.graph = memory.sent = data.graph;
    this.link = null;
    this.armed = null;
    this.gestures.drop();
    requestAnimationFrame(() => (fitted ? this.view.fit() : this.view.showAll()));
  }

  tell(ask = null) {
    const memory = this.memory;
    memory.sent = memory.graph;
    memory.gesture += 1;
    this.send({ revision: memory.revision, gesture: memory.gesture, ask, graph: memory.graph });
  }

  /** Shows and announces a message; the line returns to its hint with the next gesture. */
  say(text, isRefusal = false) {
    this.panels.say(text, isRefusal);
  }

  // ---- History ----------------------------------------------------------------------------------------------

  get graph() {
    return this.memory.graph;
  }

  /** One finished gesture: one step of the history, one message to Python. */
  commit(graph, label) {
    this.endBurst();
    if (graph === this.graph) return;
    this.armed = null;
    this.remember(label);
    this.memory.graph = graph;
    this.say(label.charAt(0).toUpperCase() + label.slice(1));
    this.draw();
    this.tell();
  }

  remember(label) {
    const { memory } = this;
    memory.past.push({ graph: memory.graph, label });
    if (memory.past.length > LIMIT) memory.past.shift();
    memory.future = [];
  }

  /** Tries a change that may be refused, and says why when it is. */
  attempt(change, label) {
    try {
      this.commit(change(), label);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.say(refusal.message, true);
      return false;
    }
  }

  undo() {
    this.step(this.memory.past, this.memory.future, "Undone");
  }

  redo() {
    this.step(this.memory.future, this.memory.past, "Redone");
  }

  step(from, to, word) {
    this.endBurst();
    this.armed = null;
    if (!from.length) return this.say(word === "Undone" ? "Nothing to undo" : "Nothing to redo");
    const before = this.graph;
    const { graph, label } = from.pop();
    to.push({ graph: before, label });
    this.memory.graph = graph;
    this.follow(before, graph);
    this.say(`${word}: ${label}`);
    this.tell();
    const isAnother = before.nodes.length && graph.nodes.length && !sharesNodes(before, graph);
    if (isAnother) requestAnimationFrame(() => this.view.fit());
  }

  /** Draws the graph that a step leads to, with the selection and the focus on what a rename calls otherwise now. */
  follow(before, graph) {
    const names = renamedBetween(before, graph);
    const { byId } = lookup(before);
    const now = (name) => names.get(name) ?? name;
    const chosen = [...this.chosen].map((key) => (isEdgeId(key) ? edgeId(byId.get(key).kind, byId.get(key).ends.map(now)) : now(key)));
    const focused = this.drawing.ownerOf(this.panels.root.getRootNode().activeElement)?.node;
    for (const [old, name] of names) this.roles.set(name, this.roles.get(old));
    this.choose(chosen);
    if (names.has(focused)) this.focusNode(names.get(focused));
  }

  /** Takes the last step back as if it had not been: it was the first half of another gesture. */
  takeBack() {
    this.memory.graph = this.memory.past.pop().graph;
    this.say("");
    this.draw();
    this.tell();
  }

  /** A burst of nudges is one step and one message. */
  endBurst() {
    if (!this.burst) return;
    clearTimeout(this.burst);
    this.burst = null;
    this.draw();
    this.tell();
  }
}
