// Elements of the page. What a person or a table has named goes in as text or as an attribute, never as markup.

const SVG_SPACE = "http://www.w3.org/2000/svg";

function element(space, tag, attributes, children) {
  const made = space ? document.createElementNS(space, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const svg = (tag, attributes = {}, ...children) => element(SVG_SPACE, tag, attributes, children);
const html = (tag, attributes = {}, ...children) => element(null, tag, attributes, children);

/** A cell of a table: of text, or of one element. */
function textCell(tag, text, attributes = {}) {
  const made = html(tag, { title: text, ...attributes });
  made.textContent = text;
  return made;
}
const cell = (content) => html("td", {}, content);

/** Words that only a screen reader says. */
function spoken(words) {
  const made = html("span", { class: "spoken" });
  made.textContent = words;
  return made;
}

/** A list of choices as [value, text], one of them chosen. */
function choice(part, label, options, chosen) {
  const made = html("select", { name: part, "aria-label": label, "data-part": part });
  for (const [value, text] of options) {
    const option = html("option", { value });
    option.textContent = text;
    made.append(option);
  }
  if (chosen !== undefined) made.value = chosen;
  return made;
}
