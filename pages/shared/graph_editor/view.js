// The view: how far the drawing is moved and zoomed within its frame.

const DOTS = 2 * GRID;

class View {
  /** `memory` tells where the present view is kept: { x, y, zoom, fitted }, fitted when nobody has moved it. */
  constructor(canvas, drawing, memory) {
    this.canvas = canvas;
    this.drawing = drawing;
    this.memory = memory;
  }

  get now() {
    return this.memory().view;
  }

  show(view) {
    this.memory().view = view;
    this.drawing.world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.zoom})`);
    let dots = DOTS * view.zoom;
    while (dots < 14) dots *= 2;
    // The dots of the paper are the grid's, so they move with the drawing.
    const { style } = this.canvas.parentNode;
    style.backgroundSize = `${dots}px ${dots}px`;
    style.backgroundPosition = `${view.x - dots / 2}px ${view.y - dots / 2}px`;
  }

  /** A point of the canvas, in pixels from its corner, as a point of the drawing. */
  toDrawing({ x, y }) {
    const view = this.now ?? { x: 0, y: 0, zoom: 1 };
    return { x: (x - view.x) / view.zoom, y: (y - view.y) / view.zoom };
  }

  pointOf(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  fit() {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (!width || !height) return;
    const box = this.drawing.bounds() ?? { left: -100, right: 100, top: -50, bottom: 50 };
    // Room on all sides, above for the adjusted set and below for the bar of actions.
    const [side, above, below] = [36, 52, 56];
    const wide = (width - 2 * side) / (box.right - box.left);
    const high = (height - above - below) / (box.bottom - box.top);
    const zoom = Math.max(0.15, Math.min(wide, high, 1.3));
    this.show({
      zoom,
      x: width / 2 - (zoom * (box.left + box.right)) / 2,
      y: above + (height - above - below) / 2 - (zoom * (box.top + box.bottom)) / 2,
      fitted: true,
    });
  }

  /** Fits the view when a node lies outside it. */
  showAll() {
    const box = this.drawing.bounds();
    const view = this.now;
    if (!box || !view) return;
    const { width, height } = this.canvas.getBoundingClientRect();
    const [left, right] = [box.left * view.zoom + view.x, box.right * view.zoom + view.x];
    const [top, bottom] = [box.top * view.zoom + view.y, box.bottom * view.zoom + view.y];
    if (left < 0 || top < 0 || right > width || bottom > height) this.fit();
  }

  zoomBy(factor, at) {
    const { width, height } = this.canvas.getBoundingClientRect();
    const point = at ?? { x: width / 2, y: height / 2 };
    const view = this.now;
    this.zoomTo(view, factor, point, point);
  }

  /** `view` zoomed by a factor, with what lay at `from` now at `to`. */
  zoomTo(view, factor, from, to) {
    const zoom = Math.max(0.1, Math.min(4, view.zoom * factor));
    const grow = zoom / view.zoom;
    this.show({ zoom, x: to.x - (from.x - view.x) * grow, y: to.y - (from.y - view.y) * grow, fitted: false });
  }

  /** The middle of the frame, as a point of the drawing. */
  centre() {
    const { width, height } = this.canvas.getBoundingClientRect();
    return this.toDrawing({ x: width / 2, y: height / 2 });
  }
}
