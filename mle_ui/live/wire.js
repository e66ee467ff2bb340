/* Numbers from Python, and small maps between data, pixels and the document. The files of this folder are one script: wire.js, marks.js,
 * hands.js, live.js, in this order. */

function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const start = 4 + length + ((4 - ((4 + length) % 4)) % 4);
  const blob = bytes.slice(start).buffer; // a copy of its own: aligned for the typed views
  const array = (a) =>
    a && new ({ u1: Uint8Array, i2: Int16Array, u2: Uint16Array }[a.type] ?? Float32Array)(blob, a.at, a.size);
  const texts = (t) => (t?.words ? Array.from(array(t), (k) => t.words[k]) : t); // many strings of which most come again
  const wire = (tracks) =>
    (tracks ?? []).map((t) => ({ ...t, x: t.x && { ...t.x, a: array(t.x) }, y: t.y && { ...t.y, a: array(t.y) }, v: t.v && { ...t.v, a: array(t.v) }, texts: texts(t.texts), knots: array(t.knots) }));
  const readouts = (known) => Object.fromEntries(Object.entries(known).map(([name, t]) => [name, texts(t)]));
  for (const slider of head.sliders ?? []) {
    slider.tracks = wire(slider.tracks);
    slider.readouts = readouts(slider.readouts);
    slider.places = array(slider.places); // of each step, between 0 and 1
  }
  head.tracks = wire(head.tracks);
  for (const sheet of head.sheets ?? []) Object.assign(sheet, { tracks: wire(sheet.tracks), readouts: readouts(sheet.readouts) });
  for (const h of head.handles ?? []) h.id = [h.chart, h.mark, h.index, keyOf(h.x), keyOf(h.y)].join("/");
  return head;
}

/* Column of an array at the fractional frame f: rows are frames, neighbours are blended. On a sheet f is a spot between four. */
function blend(array, f, out) {
  if (f.spot) return patch(array, f, out);
  const { a, n, frames, shift, scale = 1 } = array;
  const last = frames - 1;
  const g = Math.min(Math.max(f * last, 0), last);
  const i = Math.min(Math.floor(g), Math.max(last - 1, 0));
  const w = last > 0 ? g - i : 0;
  const p = i * n;
  const q = last > 0 ? p + n : p;
  for (let k = 0; k < n; k++) out[k] = shift + scale * (a[p + k] * (1 - w) + a[q + k] * w);
  return out;
}

/* Frames that are not spread evenly: from a place along the slider to the place among the frames, both between 0 and 1. */
function warp(knots, f) {
  if (!knots || f.spot) return f;
  let i = 1;
  while (i < knots.length - 1 && knots[i] < f) i++;
  const width = knots[i] - knots[i - 1];
  return (i - 1 + (width > 0 ? (f - knots[i - 1]) / width : 0)) / (knots.length - 1);
}

/* A spot on a sheet: the frames of its four corners with their weights, and the nearest one. */
function spotOn({ columns, rows }, u, v) {
  const along = (share, count) => {
    const at = Math.min(Math.max(share, 0), 1) * (count - 1), i = Math.min(Math.floor(at), count - 2);
    return [i, at - i, Math.round(at)];
  };
  const [i, p, i0] = along(u, columns), [j, q, j0] = along(v, rows);
  const k = i * rows + j;
  return { spot: true, corners: [[k, (1 - p) * (1 - q)], [k + 1, (1 - p) * q], [k + rows, p * (1 - q)], [k + rows + 1, p * q]], near: i0 * rows + j0, toString: () => `${k}:${p}:${q}` };
}

function patch({ a, n, frames, shift, scale, log }, { corners, near, leaps }, out) {
  for (let k = 0; k < n; k++) {
    let sum = 0;
    if (frames === 1) sum = a[k];
    else if (leaps) sum = a[near * n + k];
    else for (const [frame, weight] of corners) sum += weight * a[frame * n + k];
    sum = shift + scale * sum;
    out[k] = log ? Math.exp(sum) : sum;
  }
  return out;
}

/* A dragged coordinate is a slider's key, or a grid of its own: {key, low, step, count}. */
const keyOf = (coordinate) => coordinate?.key ?? coordinate;
const onGrid = ({ low, step, count }, value) => +(low + step * Math.min(Math.max(Math.round((value - low) / step), 0), count - 1)).toPrecision(12);

const same = (a, b) => a?.length === b?.length && !!a?.every((v, k) => v === b[k]);
const clsOf = (key) => ".st-key-" + CSS.escape(key);
const inputOf = (key) => document.querySelector(`${clsOf(key)} input[type=range]`);
const chartOf = (key) => document.querySelector(`${clsOf(key)} .js-plotly-plot`);
const subplotOf = (gd) => gd?._fullLayout?._plots?.xy;
const stampOf = (gd) => gd?.layout?.meta?.state;
const traceNodes = (gd, name) =>
  [...gd.querySelectorAll(".trace, .hm, .contour")].filter((node) => node.__data__?.[0]?.trace?.meta === name);

function setNative(input, index) {
  if (+input.value === index) return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, String(index));
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/* A paste that is longer than a box takes in would vanish without a word: its beginning is pasted, which Python refuses with one. */
const LONGEST_PASTE = 999_000;
function shorten(event) {
  const text = event.clipboardData?.getData("text") ?? "", box = event.target;
  if (text.length <= LONGEST_PASTE || !(box instanceof HTMLInputElement)) return;
  event.preventDefault();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(box, text.slice(0, LONGEST_PASTE));
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/* The place of the value that an axis draws nearest to a pixel. */
function nearest(axis, values, pixel) {
  let best = 0, least = Infinity;
  for (let k = 0; k < values.length; k++) {
    const far = Math.abs(axis.d2p(values[k]) - pixel);
    if (far < least) [best, least] = [k, far];
  }
  return best;
}

function path(px, py, n) {
  let d = "";
  for (let k = 0; k < n; k++) d += (k ? "L" : "M") + px[k].toFixed(2) + "," + py[k].toFixed(2);
  return d;
}

/* Pixels of a data array along an axis; linear axes need one multiplication, others the axis' own map. */
function toPixels(axis, values, n, out) {
  if (axis.type === "linear") {
    const zero = axis.d2p(axis.range[0]);
    const slope = (axis.d2p(axis.range[1]) - zero) / (axis.range[1] - axis.range[0]);
    for (let k = 0; k < n; k++) out[k] = zero + (values[k] - axis.range[0]) * slope;
  } else for (let k = 0; k < n; k++) out[k] = axis.d2p(values[k]);
  return out;
}
