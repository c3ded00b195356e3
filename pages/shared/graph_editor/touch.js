// What only fingers do: two of them zoom and pan, one that rests opens what it rests on.

const LONG_PRESS = 550; // milliseconds
const STILL = 9; // pixels a resting finger may wander

class Touch {
  constructor(editor, gestures) {
    this.editor = editor;
    this.gestures = gestures;
    this.fingers = new Map(); // pointer id -> point of the canvas
    this.pinch = null; // { view, middle, distance } when two fingers were put down
    // A long press is ours; the browser would open a menu over it.
    editor.panels.svg.addEventListener("contextmenu", (event) => this.fingers.size && event.preventDefault());
  }

  /** Whether the press belongs to a pinch, which then ends what one finger had begun. */
  down(event) {
    clearTimeout(this.timer);
    if (event.pointerType !== "touch") return false;
    const { view, panels } = this.editor;
    if (event.isPrimary) this.fingers.clear(); // a finger whose end nobody told us of
    const at = view.pointOf(event);
    this.fingers.set(event.pointerId, at);
    if (this.fingers.size === 1) {
      this.start = at;
      this.timer = setTimeout(() => this.rest(event), LONG_PRESS);
      return false;
    }
    panels.svg.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.editor.arm(null);
    this.gestures.drop();
    this.pinch = { view: { ...view.now }, ...this.spread() };
    return true;
  }

  spread() {
    const [a, b] = this.fingers.values();
    return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, distance: Math.max(10, Math.hypot(a.x - b.x, a.y - b.y)) };
  }

  /** Whether the movement belongs to a pinch. */
  move(event) {
    if (!this.fingers.has(event.pointerId)) return false;
    const at = this.editor.view.pointOf(event);
    this.fingers.set(event.pointerId, at);
    if (Math.hypot(at.x - this.start.x, at.y - this.start.y) >= STILL) clearTimeout(this.timer);
    if (!this.pinch || this.fingers.size < 2) return Boolean(this.pinch);
    const { middle, distance } = this.spread();
    const { pinch } = this;
    this.editor.view.zoomTo(pinch.view, distance / pinch.distance, pinch.middle, middle);
    return true;
  }

  up(event) {
    clearTimeout(this.timer);
    this.fingers.delete(event.pointerId);
    if (!this.fingers.size) this.pinch = null;
  }

  rest(event) {
    this.gestures.drop();
    this.gestures.presses += 1;
    this.gestures.open(event);
  }
}
