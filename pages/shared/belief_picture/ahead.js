// Keeps what the next click on a picture will make of all beliefs, where the picture finds it.

export default function ({ data }) {
  globalThis.dostudioAhead ??= new Map();
  globalThis.dostudioAhead.set(data.picture, data);
}
