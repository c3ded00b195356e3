// Two buttons that save a picture: as it is, or drawn on a canvas at twice its size. Nothing leaves the browser.

const SCALE = 2;
const MOST_SIDE = 16000; // pixels a canvas may be wide or high in every browser we know
const MOST_AREA = 200_000_000;
const places = new WeakMap(); // parent element -> what stands there

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the address a moment later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function loaded(svg) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("The browser could not draw the picture."));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
}

async function drawn({ svg, width, height }) {
  const image = await loaded(svg);
  const scale = Math.min(SCALE, MOST_SIDE / Math.max(width, height), Math.sqrt(MOST_AREA / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    const done = (blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large for this browser.")));
    canvas.toBlob(done, "image/png");
  });
}

function build(parent) {
  const place = { picture: null, said: null };
  const row = document.createElement("div");
  row.className = "row";
  const add = (label, action) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", async () => {
      place.said.textContent = "";
      try {
        await action(place.picture);
      } catch (problem) {
        place.said.textContent = `${problem.message} Download the SVG instead.`;
      }
    });
    row.append(button);
  };
  add("Download PNG", async (picture) => save(await drawn(picture), `${picture.name}.png`));
  add("Download SVG", (picture) => save(new Blob([picture.svg], { type: "image/svg+xml" }), `${picture.name}.svg`));
  place.said = document.createElement("span");
  place.said.setAttribute("role", "status");
  row.append(place.said);
  parent.append(row);
  return place;
}

export default function ({ data, parentElement }) {
  const parent = parentElement.querySelector(".picture-download") ?? parentElement;
  if (!places.has(parent)) places.set(parent, build(parent));
  places.get(parent).picture = data;
}
