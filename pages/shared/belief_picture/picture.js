// A Bayesian network as SVG: boxes of nodes, a bar for each level. A click on a level takes evidence up or back.
// Names reach the page only through textContent and setAttribute.
//
// Python owns the evidence. A click sends the whole evidence it makes and a running number; what Python sends that
// stands on an older number is ignored. Where Python has sent ahead what the click will make of all beliefs,
// they are drawn at once.

const SPACE = "http://www.w3.org/2000/svg";
const STEP = 0.0005; // chances that differ by less are written alike
const NONE = 1e-12; // what is left of 0 after adding up
const SLIGHTLY = 1.25; // a picture wider than the page by no more than this is drawn smaller

function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function words(text, attributes) {
  const made = svg("text", attributes);
  made.textContent = text;
  return made;
}

/** Write only what has changed: a browser draws again whatever is written. */
function put(part, name, value) {
  if (part.getAttribute(name) !== String(value)) part.setAttribute(name, value);
}
function say(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

/** A chance in percent; never 0 or 100 % for what is only near it; "?" where nothing can be told. */
function chanceText(chance) {
  if (chance === null || chance === undefined) return "?";
  if (chance < NONE || chance > 1 - NONE) return `${100 * Math.round(chance)} %`;
  if (chance < STEP) return "< 0.1 %";
  if (chance > 1 - STEP) return "> 99.9 %";
  return `${(100 * chance).toFixed(1)} %`;
}

/** Evidence as text: what beliefs sent ahead are found by. */
const signature = (evidence) => JSON.stringify([...evidence].sort());

class Picture {
  constructor(parent) {
    this.clicks = 0;
    this.size = document.createElement("button");
    this.size.type = "button";
    this.size.addEventListener("click", () => {
      this.wanted = !this.frame.classList.contains("fitted");
      this.offer();
    });
    this.said = document.createElement("span");
    this.said.setAttribute("role", "status");
    this.bar = document.createElement("div");
    this.bar.className = "bar";
    this.bar.append(this.size, this.said);
    this.frame = document.createElement("div");
    this.frame.className = "frame";
    parent.append(this.bar, this.frame);
    new ResizeObserver(() => this.offer()).observe(this.frame);
    this.frame.addEventListener("click", (event) => this.take(event.target));
    this.frame.addEventListener("keydown", (event) => this.key(event));
  }

  update(data, send) {
    this.send = send;
    if (data.click < this.clicks) return;
    this.clicks = data.click;
    const isNew = JSON.stringify(data.drawing) !== this.drawn;
    this.data = data;
    this.evidence = new Map(data.evidence.map(([node, way, level]) => [node, [way, level]]));
    if (isNew) this.build();
    this.show(data.beliefs);
  }

  /** Everything that evidence does not change. */
  build() {
    const { drawing, palette } = this.data;
    this.drawn = JSON.stringify(drawing);
    const { left, top, width, height } = drawing;
    this.svg = svg("svg", { width, height, viewBox: `${left} ${top} ${width} ${height}`, role: "group" });
    this.svg.setAttribute("aria-label", "The network with the chance of each level");
    for (const [name, colour] of Object.entries(palette)) this.svg.style.setProperty(`--${name}`, colour);
    this.ways = drawing.ways.map((way) => {
      const group = svg("g", {}, svg("path", { class: way.tied ? "way tied" : "way", d: way.path }));
      for (const [x, y, angle] of way.heads) {
        group.append(svg("path", { class: "head", d: "M0 0L-5 9H5Z", transform: `translate(${x} ${y}) rotate(${angle})` }));
      }
      return group;
    });
    this.nodes = drawing.nodes.map((node) => this.makeNode(node));
    this.svg.append(...this.ways, ...this.nodes.map((node) => node.group));
    this.frame.replaceChildren(this.svg);
    this.offer();
  }

  makeNode(node) {
    const { row, head, bar, number } = this.data.drawing;
    const title = svg("title");
    title.textContent = node.name;
    const name = words("", { class: "name", x: node.x + 7, y: node.y + head / 2 + 2 });
    const box = svg("rect", { class: "box", x: node.x, y: node.y, width: node.width, height: node.height });
    const group = svg("g", {}, box, svg("g", {}, title, name));
    const start = node.x + node.width - number - bar;
    const count = Math.min(node.levels.length, node.most);
    const levels = Array.from({ length: count }, (_, place) => {
      const y = node.y + head + row * (place + 0.5);
      const made = {
        label: words("", { x: node.x + 7, y }),
        chance: svg("rect", { class: "chance", x: start, y: y - row * 0.33, height: row * 0.66, width: 0 }),
        number: words("", { x: start + bar + 5, y }),
        before: svg("path", { class: "before" }),
        title: svg("title"),
        start, y,
      };
      const ground = svg("rect", { class: "ground", x: node.x + 2, y: y - row / 2, width: node.width - 4, height: row });
      made.group = svg("g", { class: "level", tabindex: "-1" }, made.title, ground, made.chance, made.before, made.label, made.number);
      group.append(made.group);
      return made;
    });
    let more = null;
    if (node.levels.length > count) {
      const y = node.y + head + row * (count + 0.5);
      more = words("", { x: start + bar + 5, y });
      group.append(words(`${node.levels.length - count} more`, { class: "more", x: node.x + 7, y }), more);
    }
    return { ...node, group, name, levels, more, of: node };
  }

  /** Chances, what they were before, and evidence. */
  show(beliefs) {
    const { palette, marks, live, before, drawing } = this.data;
    this.beliefs = beliefs;
    this.svg.classList.toggle("live", live);
    const done = new Set([...this.evidence].filter(([, [way]]) => way === "Do").map(([node]) => node));
    drawing.ways.forEach((way, place) => {
      const cut = done.has(way.end) || (way.tied && done.has(way.start));
      this.ways[place].style.display = cut ? "none" : "";
    });
    this.nodes.forEach((node, place) => {
      const { name, label, levels } = node.of;
      const [way, known] = this.evidence.get(name) ?? [];
      const kind = way === "Do" ? "done" : way === "See" ? "seen" : (marks[name] ?? "plain");
      put(node.group, "class", kind);
      node.group.style.setProperty("--colour", palette[kind] ?? palette.grey);
      node.group.style.setProperty("--fill", known === undefined ? palette.done : palette[kind]);
      say(node.name, (way === "Do" ? "do · " : way === "See" ? "see · " : "") + label);
      const chances = beliefs[place];
      const last = node.levels.length - 1;
      const late = levels.findIndex(([level]) => level === known);
      let rest = 1;
      node.levels.forEach((shown, at) => {
        const of = at === last && late > last ? late : at;
        rest -= chances ? chances[of] : 0;
        this.showLevel(shown, name, levels[of], chances ? chances[of] : null, before?.[place]?.[of], known);
      });
      if (node.more) say(node.more, chances ? chanceText(Math.max(rest, 0)) : "?");
    });
    const focusable = this.frame.querySelector(".level[tabindex='0']") ?? this.frame.querySelector(".level");
    if (live) focusable?.setAttribute("tabindex", "0");
  }

  showLevel(shown, name, [level, label], chance, was, known) {
    const { bar } = this.data.drawing;
    shown.node = name;
    shown.level = level;
    shown.group.owner = shown;
    say(shown.label, label);
    say(shown.number, chanceText(chance));
    put(shown.chance, "width", chance === null ? 0 : (bar * chance).toFixed(2));
    const moved = was !== undefined && was !== null && chance !== null && Math.abs(was - chance) > STEP;
    const x = shown.start + bar * (moved ? was : 0);
    put(shown.before, "d", moved ? `M${x.toFixed(2)} ${shown.y - 7}V${shown.y + 7}` : "");
    const said = `${name} = ${level}: ${chanceText(chance)}${moved ? `, before ${chanceText(was)}` : ""}`;
    say(shown.title, said);
    put(shown.group, "aria-label", said);
    if (this.data.live) {
      put(shown.group, "role", "button");
      put(shown.group, "aria-pressed", known === level);
    }
    shown.of = chance;
  }

  take(target) {
    const shown = target.closest?.(".level")?.owner;
    if (!shown || !this.data.live) return;
    const { mode } = this.data;
    const { node, level } = shown;
    const now = this.evidence.get(node);
    const back = now && now[0] === mode && now[1] === level;
    if (!now && mode === "See" && shown.of !== null && shown.of < NONE) {
      this.say(`${node} = ${level} cannot be, given what is known.`);
      return;
    }
    this.say("");
    const listed = () => [...this.evidence].map(([name, [way, of]]) => [name, way, of]);
    const ahead = globalThis.dostudioAhead?.get(this.data.key);
    const ready = ahead && ahead.mode === mode && signature(ahead.evidence) === signature(listed());
    if (back) this.evidence.delete(node);
    else this.evidence.set(node, [mode, level]);
    const told = ready ? ahead.answers[node]?.[level] : undefined;
    if (told) {
      if (!this.evidence.size) this.data.before = null;
      else this.data.before ??= this.data.beliefs;
      this.show(told);
    }
    this.clicks += 1;
    this.send({ click: this.clicks, evidence: listed() });
  }

  key(event) {
    const group = event.target.closest?.(".level");
    if (!group || !this.data.live) return;
    const every = [...this.frame.querySelectorAll(".level")];
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") this.take(group);
    else if (step) {
      const next = every[(every.indexOf(group) + step + every.length) % every.length];
      group.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    } else return;
    event.preventDefault();
  }

  say(text) {
    this.said.textContent = text;
    this.offer();
  }

  /** A picture wider than the page scrolls, or is made to fit: where it is not much wider, or as asked. */
  offer() {
    const wide = (this.data?.drawing.width ?? 0) / Math.max(this.frame.clientWidth, 1);
    const isFitted = wide > 1 && (this.wanted ?? wide <= SLIGHTLY);
    this.frame.classList.toggle("fitted", isFitted);
    this.size.hidden = wide <= 1;
    this.size.textContent = isFitted ? "Full size" : "Fit to the page";
    this.bar.hidden = this.size.hidden && !this.said.textContent;
  }
}

const pictures = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  if (!pictures.has(parentElement)) pictures.set(parentElement, new Picture(parentElement));
  pictures.get(parentElement).update(data, (message) => setStateValue("gesture", message));
}
