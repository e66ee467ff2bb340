/* The drag layer, browser side: it plays tables that Python computed while a native control moves.
 *
 * It knows numbers, frames and pixels, and no formula. One controller serves the page; every call of the component only
 * hands it newer tables. Whatever it relies on and does not find (Plotly, a class name, a trace) makes it do nothing: the
 * page then is a stock Streamlit page. Everything that leans on Streamlit's or Plotly's internals is in this file.
 *
 * What is shown is derived, each animation frame, from what is there: the committed index of each slider (tables), the
 * index its native input holds (document) and the state stamp of each chart (figure). So a drag, the wait for the server, a
 * drag back and a second drag inside the wait need no bookkeeping of their own:
 *   native index ≠ committed index             → the slider's sweep is drawn over the chart, the real traces hidden
 *   native index = committed index             → the overlay goes
 *   chart's stamp ≠ tables' stamp              → the chart is about to be replaced: leave its overlay as it is
 */

const SVG = "http://www.w3.org/2000/svg";
const GIVE_UP_MS = 30_000; // a released mark waits so long for a server that does not answer
const IDLE_MS = 1000; // the loop outlives the last event by this much: keyboards change the input after their event

function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const start = 4 + length + ((4 - ((4 + length) % 4)) % 4);
  const blob = bytes.slice(start).buffer; // a copy of its own: aligned for the typed views
  const array = (a) =>
    a && (a.type === "u1" ? new Uint8Array(blob, a.at, a.size) : new Float32Array(blob, a.at, a.size));
  const wire = (tracks) =>
    (tracks ?? []).map((t) => ({ ...t, x: t.x && { ...t.x, a: array(t.x) }, y: t.y && { ...t.y, a: array(t.y) }, v: t.v && { ...t.v, a: array(t.v) } }));
  for (const slider of head.sliders ?? []) {
    slider.tracks = wire(slider.tracks);
    slider.places = array(slider.places); // of each step, between 0 and 1
  }
  head.tracks = wire(head.tracks);
  for (const h of head.handles ?? []) h.id = [h.chart, h.mark, h.index, keyOf(h.x), keyOf(h.y)].join("/");
  return head;
}

/* Column of an array at the fractional frame f: rows are frames, neighbours are blended. */
function blend(array, f, out) {
  const { a, n, frames, shift } = array;
  const last = frames - 1;
  const g = Math.min(Math.max(f * last, 0), last);
  const i = Math.min(Math.floor(g), Math.max(last - 1, 0));
  const w = last > 0 ? g - i : 0;
  const p = i * n;
  const q = last > 0 ? p + n : p;
  for (let k = 0; k < n; k++) out[k] = shift + a[p + k] * (1 - w) + a[q + k] * w;
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

/* One painter per kind of mark: `make` builds the overlay's elements from the real ones (so that the look is theirs),
 * `draw` moves them. `m` holds the frame: x, y in data units, px, py in pixels, n, the track and the subplot's axes. */
const clones = (node, selector, group) =>
  [...node.querySelectorAll(selector)].map((real) => group.appendChild(real.cloneNode(true)));

const PAINTERS = {
  line: {
    make: (real, group) => clones(real[0], ".lines path.js-line", group),
    draw: (els, m) => els[0]?.setAttribute("d", path(m.px, m.py, m.n)),
  },
  area: {
    // Two real traces, "<name>+" and "<name>-": what lies above zero and what lies below it.
    names: (name) => [name + "+", name + "-"],
    make: (real, group) => real.map((node) => clones(node, ".fills path.js-fill", group)[0]),
    draw: (els, m) => {
      const zero = m.ya.d2p(0);
      els.forEach((el, i) => {
        const clip = i === 0 ? Math.min : Math.max; // pixels grow downwards
        let d = `M${m.px[0].toFixed(2)},${zero.toFixed(2)}`;
        for (let k = 0; k < m.n; k++) {
          if (k && (m.py[k] - zero) * (m.py[k - 1] - zero) < 0) {
            const w = (zero - m.py[k - 1]) / (m.py[k] - m.py[k - 1]);
            d += `L${(m.px[k - 1] + w * (m.px[k] - m.px[k - 1])).toFixed(2)},${zero.toFixed(2)}`;
          }
          d += `L${m.px[k].toFixed(2)},${clip(m.py[k], zero).toFixed(2)}`;
        }
        el?.setAttribute("d", d + `L${m.px[m.n - 1].toFixed(2)},${zero.toFixed(2)}Z`);
      });
    },
  },
  bars: {
    make: (real, group) => clones(real[0], ".point > path", group),
    draw: (els, m) => {
      const zero = m.ya.d2p(0);
      const half = m.track.width / 2;
      // Plotly puts a bar's sides on whole pixels and makes a thin or low one at least a pixel wide or high, if its own
      // rounded map (d2p) puts the two ends apart at all.
      const whole = (at, other) => (Math.abs(at - other) >= 2 ? Math.round(at) : at > other ? Math.ceil(at) : Math.floor(at));
      els.forEach((el, k) => {
        const left = whole(m.xa.d2p(m.x[k] - half), m.xa.d2p(m.x[k] + half));
        const right = whole(m.xa.d2p(m.x[k] + half), left);
        const end = m.ya.d2p(m.y[k]);
        const top = Math.abs(end - zero) >= 2 ? m.py[k] : end === zero ? zero : whole(end, zero);
        el.setAttribute("d", `M${left},${zero.toFixed(2)}V${top.toFixed(2)}H${right}V${zero.toFixed(2)}Z`);
      });
    },
  },
  points: {
    make: (real, group) => clones(real[0], ".points path.point", group),
    draw: (els, m) => els.forEach((el, k) => el.setAttribute("transform", `translate(${m.px[k].toFixed(2)},${m.py[k].toFixed(2)})`)),
  },
  text: {
    make: (real, group) => clones(real[0], ".text .textpoint", group),
    draw: (els, m) => {
      els.forEach((el, k) => {
        const text = el.querySelector("text");
        text.setAttribute("x", m.px[k].toFixed(2));
        text.setAttribute("y", m.py[k].toFixed(2));
        if (m.track.texts) text.textContent = m.track.texts[m.step] ?? text.textContent;
      });
    },
  },
  rule: {
    // A line across the whole plot at one value: `along` is the axis that the value lives on.
    make: (real, group) => clones(real[0], ".lines path.js-line", group),
    draw: (els, m) => {
      const at = (m.track.along === "x" ? m.px : m.py)[0].toFixed(2);
      els[0]?.setAttribute("d", m.track.along === "x" ? `M${at},${m.ya._length}L${at},0` : `M0,${at}L${m.xa._length},${at}`);
    },
  },
  image: {
    // A field of colour indices (rows upwards), blended between frames and between cells, then looked up in a colour table.
    make: (real, group) => {
      const box = group.appendChild(document.createElementNS(SVG, "foreignObject"));
      const canvas = box.appendChild(document.createElement("canvas"));
      canvas.style.cssText = "display:block;width:100%;height:100%";
      return [box, canvas];
    },
    draw: ([box, canvas], m) => {
      const { track, xa, ya } = m;
      const [x0, x1, y0, y1] = track.extent;
      const left = xa.d2p(x0), right = xa.d2p(x1), top = ya.d2p(y1), bottom = ya.d2p(y0);
      for (const [k, v] of [["x", left], ["y", top], ["width", right - left], ["height", bottom - top]]) box.setAttribute(k, v.toFixed(2));
      const { rows, columns } = track.v;
      const w = Math.max(2, Math.min(240, Math.round(right - left))), h = Math.max(2, Math.min(200, Math.round(bottom - top)));
      if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
      const context = canvas.getContext("2d");
      const pixels = (m.memo.pixels ??= {})[w + "x" + h] ??= context.createImageData(w, h);
      const table = track.colours;
      const field = m.v;
      for (let j = 0, o = 0; j < h; j++) {
        const fy = (1 - (j + 0.5) / h) * (rows - 1), iy = Math.min(Math.floor(fy), rows - 2), wy = fy - iy;
        for (let i = 0; i < w; i++, o += 4) {
          const fx = ((i + 0.5) / w) * (columns - 1), ix = Math.min(Math.floor(fx), columns - 2), wx = fx - ix;
          const p = iy * columns + ix;
          const low = field[p] * (1 - wx) + field[p + 1] * wx;
          const high = field[p + columns] * (1 - wx) + field[p + columns + 1] * wx;
          const c = 4 * Math.min(track.bands - 1, Math.floor(((low * (1 - wy) + high * wy) / 255) * track.bands));
          pixels.data[o] = table[c];
          pixels.data[o + 1] = table[c + 1];
          pixels.data[o + 2] = table[c + 2];
          pixels.data[o + 3] = table[c + 3];
        }
      }
      context.putImageData(pixels, 0, 0);
    },
  },
};

class Overlay {
  /* The moving copies of one mark in one chart; null members when the real trace is not there. */
  constructor(gd, track) {
    this.track = track;
    this.painter = PAINTERS[track.kind];
    const names = this.painter.names?.(track.mark) ?? [track.mark];
    this.real = names.flatMap((name) => traceNodes(gd, name));
    this.memo = {};
    if (this.real.length === 0) return;
    this.group = document.createElementNS(SVG, "g");
    this.group.setAttribute("class", "mle-live");
    this.group.setAttribute("data-mark", track.mark);
    this.group.style.pointerEvents = "none";
    this.els = this.painter.make(this.real, this.group);
    const anchor = this.real[0];
    const clip = anchor.getAttribute("clip-path");
    if (clip) this.group.setAttribute("clip-path", clip);
    anchor.parentNode.insertBefore(this.group, anchor.nextSibling);
  }
  get alive() {
    return this.group?.isConnected && this.real.every((node) => node.isConnected);
  }
  draw(gd, track, f, step) {
    const subplot = subplotOf(gd);
    for (const node of this.real) if (node.style.visibility !== "hidden") node.style.visibility = "hidden";
    const m = (this.m ??= { memo: this.memo });
    Object.assign(m, { track, step, xa: subplot.xaxis, ya: subplot.yaxis });
    if (track.v) m.v = blend(track.v, f, (this.memo.v ??= new Float32Array(track.v.n)));
    if (track.x) {
      const n = (m.n = track.x.n);
      if (!this.memo.x || this.memo.x.length !== n) for (const k of ["x", "y", "px", "py"]) this.memo[k] = new Float64Array(n);
      m.x = blend(track.x, f, this.memo.x);
      m.y = blend(track.y, f, this.memo.y);
      m.px = toPixels(m.xa, m.x, n, this.memo.px);
      m.py = toPixels(m.ya, m.y, n, this.memo.py);
    }
    this.painter.draw(this.els, m);
  }
  remove() {
    this.group?.remove();
    for (const node of this.real) node.style.visibility = "";
  }
}

class Controller {
  constructor() {
    this.tables = null; // of the page now shown
    this.touched = new Set(); // sliders the reader has moved since they last agreed with the server
    this.active = null; // key of the slider whose sweep is drawn
    this.held = false; // a pointer is down on a slider
    this.overlays = new Map(); // chart key → Map(mark → Overlay)
    this.views = new Map(); // chart key → zoom or camera that the reader chose
    this.known = new WeakSet(); // charts that are listened to
    this.restored = new WeakMap(); // chart → how often its view was put back
    this.restoring = new WeakSet();
    this.grips = new Map(); // handle's id → the element that is grasped
    this.pads = new Map(); // chart key → where a click adds a point
    this.focus = null; // id of the handle that has the keyboard
    this.drag = null; // a point being dragged, or dropped and waiting for the server
    this.stream = { trigger: null, number: 0, askedAt: 0, sent: "", answer: null };
    this.until = 0;
    this.running = false;
    const touch = (event) => this.touch(event);
    for (const type of ["pointerdown", "keydown", "input"]) document.addEventListener(type, touch, { capture: true, passive: true });
    document.addEventListener("focusin", (event) => { if (!event.target.classList?.contains("mle-grip")) this.focus = null; });
    const release = (event) => {
      if (event.type === "blur" && event.target !== window) return; // the focus moved within the page: still held
      this.held = false;
      this.heldAt = performance.now();
      this.wake();
    };
    for (const type of ["pointerup", "pointercancel", "blur"]) window.addEventListener(type, release, { capture: true, passive: true });
    new MutationObserver(() => this.guard(() => this.scan())).observe(document.body, { childList: true, subtree: true });
  }

  /* Nothing in here may ever show an error box: without the layer the page still works. */
  guard(run) {
    try { return run(); } catch (error) { console.debug("live layer stands back:", error); }
  }

  receive(component) {
    const tables = decode(component.data);
    if (tables.role === "answer") {
      this.stream.trigger = component.setTriggerValue;
      if (tables.number === this.stream.number) Object.assign(this.stream, { askedAt: 0, answer: tables });
      this.wake();
      return null;
    }
    const mount = component.parentElement;
    if (this.tables?.page !== tables.page) {
      this.touched.clear();
      this.release();
      this.playing = null;
    }
    if (this.playing && !same(this.slider(this.playing.key)?.values, tables.sliders.find((s) => s.key === this.playing.key)?.values)) {
      this.playing = null; // the slider became another one: nothing of the old one is committed
    }
    this.tables = tables;
    this.mount = mount;
    this.commit = component.setTriggerValue;
    this.written = true; // React does not rewrite a string that it believes is there: write Python's again
    for (const slider of tables.sliders) {
      const input = inputOf(slider.key);
      if (!this.held && (!input || +input.value === slider.index)) this.touched.delete(slider.key);
    }
    if (this.drag) this.regrip();
    this.scan();
    this.bar(mount);
    this.wake();
    return () => { if (this.mount === mount) { this.tables = this.playing = null; this.clear(); } };
  }

  slider(key) { return this.tables?.sliders.find((slider) => slider.key === key); }

  touch(event) {
    const key = this.tables?.sliders.find((slider) => event.target.closest?.(clsOf(slider.key)))?.key;
    if (!key) return;
    // Who grabs the thumb that plays commits it by letting go; any other that plays is committed where it stands.
    if (event.isTrusted && this.playing && event.type !== "input") this.stop(this.playing.key !== key);
    this.touched.add(key);
    if (event.type === "pointerdown" && event.button === 0) this.held = true;
    if (this.last !== key) {
      this.last = key;
      this.label?.();
    }
    this.wake();
  }

  wake() {
    this.until = performance.now() + IDLE_MS;
    if (this.running || !this.tables || !window.Plotly) return;
    this.running = true;
    const frame = () => {
      this.guard(() => this.tick());
      if (this.tables && (this.held || this.playing || this.drag || this.active || performance.now() < this.until)) requestAnimationFrame(frame);
      else this.running = false;
    };
    requestAnimationFrame(frame);
  }

  /* The step that the native input holds; the committed one while document and tables do not speak of the same list. */
  index(slider) {
    const input = inputOf(slider.key);
    return input && +input.max === slider.places.length - 1 ? +input.value : slider.index;
  }

  agrees(wanted) {
    return Object.entries(wanted).every(([key, value]) => {
      const s = this.slider(key);
      if (s) return s.values[s.index] === value;
      return this.tables.handles.some((h) => [h.x, h.y].some((c, i) => keyOf(c) === key && Math.abs(h.at[i] - value) < 1e-9 * Math.abs(value) + 1e-12));
    });
  }

  tick() {
    if (!this.tables) return;
    const moved = this.tables.sliders.filter((slider) => this.touched.has(slider.key) && this.index(slider) !== slider.index);
    // The first mover keeps the stage until the server has answered it; a second one grabbed meanwhile waits its turn.
    if (!moved.some((slider) => slider.key === this.active)) this.active = moved[0]?.key ?? null;
    if (this.active && !this.held && this.heldAt && performance.now() - this.heldAt > GIVE_UP_MS) this.touched.delete(this.active);
    if (this.drag?.dropped && performance.now() > this.drag.deadline) this.release();
    if (this.playing) this.advance();
    if (this.drag) this.pull();
    const slider = this.drag ? null : this.slider(this.active);
    const answer = this.stream.answer?.state === this.tables.state ? this.stream.answer : null;
    if (slider) {
      const step = this.index(slider);
      this.show(slider.tracks, slider.places[step], step);
      this.read((name) => slider.readouts[name]?.[step]);
      this.written = true;
    } else if (this.drag) {
      const own = this.drag.tracks;
      const others = (answer?.tracks ?? []).filter((track) => !own.some((t) => t.chart === track.chart && t.mark === track.mark));
      this.show([...own, ...others], 0, 0);
      if (answer) this.read((name) => answer.readouts[name]);
      this.written = true;
    } else {
      this.show([], 0, 0);
      if (this.written) this.read((name) => this.tables.readouts[name]);
      this.written = false;
    }
  }

  show(tracks, f, step) {
    for (const key of this.tables.charts) {
      const gd = chartOf(key);
      if (!subplotOf(gd) || stampOf(gd) !== this.tables.state) continue; // not drawn yet, or about to be replaced
      const shown = this.overlays.get(key) ?? new Map();
      this.overlays.set(key, shown);
      const mine = tracks.filter((track) => track.chart === key);
      for (const [mark, overlay] of shown) {
        if (!mine.some((track) => track.mark === mark)) { overlay.remove(); shown.delete(mark); }
      }
      for (const track of mine) {
        let overlay = shown.get(track.mark);
        if (!overlay?.alive || overlay.track.kind !== track.kind) {
          overlay?.remove();
          overlay = new Overlay(gd, track);
          if (!overlay.group) continue;
          shown.set(track.mark, overlay);
        }
        const { xaxis, yaxis } = subplotOf(gd);
        const what = [f, step, xaxis.range[0], xaxis.range[1], xaxis._length, yaxis.range[0], yaxis.range[1], yaxis._length].join();
        if (overlay.what === what && overlay.track === track) continue;
        overlay.what = what;
        overlay.track = track;
        overlay.draw(gd, track, f, step);
      }
      this.place(key, gd);
    }
  }

  read(text) {
    for (const name of Object.keys(this.tables.readouts)) {
      const node = document.querySelector(`${clsOf("readout-" + name)} [data-testid=stMetricValue] p`)?.firstChild;
      const value = text(name);
      // nodeValue, not textContent: React keeps the text node it made and would never write into a new one.
      if (node?.nodeType === Node.TEXT_NODE && value !== undefined && node.nodeValue !== value) node.nodeValue = value;
    }
  }

  clear() {
    for (const shown of this.overlays.values()) for (const overlay of shown.values()) overlay.remove();
    this.overlays.clear();
    for (const element of [...this.grips.values(), ...this.pads.values()]) element.remove();
    this.grips.clear();
    this.pads.clear();
    this.active = null;
    this.release();
  }

  /* Charts come and go with every commit: listen to the new ones, give them back zoom and camera, and their grips. */
  scan() {
    if (!this.tables || !window.Plotly) return;
    if (this.mount.querySelector(".mle-bar")?.hidden) this.bar(this.mount); // Plotly came after the component
    for (const key of this.tables.charts) {
      const gd = chartOf(key);
      if (!gd?._fullLayout || !gd.on) continue;
      if (!this.known.has(gd)) {
        this.known.add(gd);
        gd.on("plotly_relayout", (change) => this.guard(() => this.remember(key, gd, change)));
        gd.on("plotly_afterplot", () => this.guard(() => { this.restore(key, gd); this.place(key, gd); }));
        gd.on("plotly_hover", (event) => this.guard(() => this.light(key, event.points[0])));
        gd.on("plotly_unhover", () => this.guard(() => this.light(key, null)));
        this.restore(key, gd);
      }
      this.place(key, gd);
    }
  }

  /* Streamlit may draw a new chart more than once before it is done: put the reader's view back until it stays. */
  restore(key, gd) {
    const view = this.views.get(key);
    const tries = this.restored.get(gd) ?? 0;
    if (!view || view.id !== gd.layout?.meta?.view || tries > 3) return;
    const read = (name) => name.split(/[.[\]]+/).filter(Boolean).reduce((at, part) => at?.[part], gd.layout);
    if (Object.entries(view.change).every(([name, value]) => JSON.stringify(read(name)) === JSON.stringify(value))) return;
    this.restored.set(gd, tries + 1);
    this.restoring.add(gd);
    window.Plotly.relayout(gd, structuredClone(view.change)).finally(() => this.restoring.delete(gd));
  }

  remember(key, gd, change) {
    if (!this.restoring.has(gd)) this.restored.set(gd, 99); // from here on the view is the reader's
    const id = gd.layout.meta?.view;
    const kept = this.views.get(key);
    const before = kept?.id === id ? kept.change : {};
    const entries = Object.entries(change).filter(([name]) => /^([xy]axis\.range|scene\.camera)/.test(name));
    if (Object.keys(change).some((name) => name.endsWith(".autorange"))) this.views.delete(key);
    else if (entries.length) this.views.set(key, { id, change: { ...before, ...Object.fromEntries(entries) } });
    this.wake();
  }

  /* Who points at one of several points that belong together sees it marked in all its charts. */
  light(key, point) {
    for (const node of document.querySelectorAll(".mle-lit")) node.classList.remove("mle-lit");
    const mark = point?.fullData?.meta;
    const link = mark && this.tables?.links.find((link) => link.some(([chart, name]) => chart === key && name === mark));
    for (const [chart, name] of link ?? []) {
      const gd = chartOf(chart);
      const nodes = gd && traceNodes(gd, name)[0]?.querySelectorAll(".points > path.point, .point > path");
      nodes?.[point.pointNumber]?.classList.add("mle-lit");
    }
  }

  /* Grips are elements of the layer's own over the marks, so that Plotly's drag box does not take the pointer. */
  place(key, gd) {
    const specs = this.tables?.handles.filter((handle) => handle.chart === key) ?? [];
    const subplot = subplotOf(gd);
    for (const [id, grip] of this.grips) {
      if (grip.dataset.chart === key && !(subplot && specs.some((spec) => spec.id === id))) { grip.remove(); this.grips.delete(id); }
    }
    if (!subplot) return;
    if (getComputedStyle(gd).position === "static") gd.style.position = "relative";
    this.pad(key, gd, subplot);
    for (const spec of specs) this.grip(spec, gd, subplot);
  }

  grip(spec, gd, { xaxis, yaxis }) {
    let grip = this.grips.get(spec.id);
    if (!grip?.isConnected || grip.parentNode !== gd) {
      grip?.remove();
      grip = document.createElement("div");
      grip.className = `mle-grip mle-${spec.shape}`;
      grip.dataset.chart = spec.chart;
      grip.tabIndex = 0;
      grip.setAttribute("role", "button");
      const id = spec.id;
      const now = () => this.tables.handles.find((handle) => handle.id === id);
      grip.addEventListener("pointerdown", (event) => this.guard(() => this.grab(event, now())));
      grip.addEventListener("dblclick", (event) => this.guard(() => { event.stopPropagation(); this.remove(now()); }));
      grip.addEventListener("keydown", (event) => this.guard(() => this.nudge(event, now())));
      grip.addEventListener("focus", () => { this.focus = id; });
      gd.appendChild(grip);
      this.grips.set(spec.id, grip);
      if (this.focus === id) grip.focus({ preventScroll: true }); // the chart that had it was replaced
    }
    const words = spec.label + (spec.removable ? " (double-click or Delete removes it)" : "");
    if (grip.title !== words) { grip.title = words; grip.setAttribute("aria-label", `${words}; arrow keys move it`); }
    const overlay = this.overlays.get(spec.chart)?.get(spec.mark);
    const fresh = overlay?.alive && overlay.m?.px?.length > spec.index;
    const px = fresh ? overlay.m.px[spec.index] : xaxis.d2p(spec.at[0]);
    const py = fresh ? overlay.m.py[spec.index] : yaxis.d2p(spec.at[1]);
    const inside = (spec.shape === "row" || (px >= -1 && px <= xaxis._length + 1)) && (spec.shape === "column" || (py >= -1 && py <= yaxis._length + 1));
    grip.style.display = inside || this.drag?.spec.id === spec.id ? "block" : "none";
    const x = xaxis._offset + (spec.shape === "row" ? 0 : px), y = yaxis._offset + (spec.shape === "column" ? 0 : py);
    if (spec.shape === "row") grip.style.width = `${xaxis._length}px`;
    if (spec.shape === "column") grip.style.height = `${yaxis._length}px`;
    grip.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  }

  pad(key, gd, { xaxis, yaxis }) {
    const spec = this.tables.pads.find((pad) => pad.chart === key);
    let pad = this.pads.get(key);
    if (!spec) { pad?.remove(); this.pads.delete(key); return; }
    if (!pad?.isConnected || pad.parentNode !== gd) {
      pad?.remove();
      pad = document.createElement("div");
      pad.className = "mle-pad";
      pad.addEventListener("click", (event) => this.guard(() => this.add(event, key)));
      gd.appendChild(pad);
      this.pads.set(key, pad);
    }
    pad.title = spec.label;
    const [low, high] = spec.strip ? spec.strip.map((y) => yaxis.d2p(y)) : [yaxis._length, 0];
    Object.assign(pad.style, {
      left: `${xaxis._offset}px`, width: `${xaxis._length}px`, top: `${yaxis._offset + Math.min(low, high)}px`, height: `${Math.abs(low - high)}px`,
    });
  }

  add(event, key) {
    const spec = this.tables.pads.find((pad) => pad.chart === key);
    const gd = chartOf(key);
    const { xaxis, yaxis } = subplotOf(gd);
    const box = gd.getBoundingClientRect();
    const values = {};
    if (spec.x) values[spec.x.key] = onGrid(spec.x, xaxis.p2d(event.clientX - box.left - xaxis._offset));
    if (spec.y) values[spec.y.key] = onGrid(spec.y, yaxis.p2d(event.clientY - box.top - yaxis._offset));
    this.commit("drop", values);
  }

  remove(spec) {
    if (!spec?.removable) return;
    this.release();
    this.commit("drop", Object.fromEntries([spec.x, spec.y].filter(Boolean).map((c) => [keyOf(c), null])));
  }

  /* Arrow keys move a handle by a step, with Shift by ten; what they move is committed when they rest. */
  nudge(event, spec) {
    if (!spec) return;
    if (event.key === "Delete" || event.key === "Backspace") return spec.removable && (event.preventDefault(), this.remove(spec));
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!by) return;
    const coordinates = [spec.x, spec.y];
    const axis = by[0] && spec.x ? 0 : by[1] && spec.y ? 1 : spec.x ? 0 : 1; // a handle that goes one way obeys all four
    const way = (by[0] || by[1]) * (event.shiftKey ? 10 : 1);
    const coordinate = coordinates[axis];
    event.preventDefault();
    event.stopPropagation();
    this.stop();
    const wanted = (this.nudged ??= {});
    const slider = this.slider(coordinate);
    if (slider) {
      const index = Math.min(Math.max(this.index(slider) + way, 0), slider.values.length - 1);
      wanted[coordinate] = slider.values[index];
      const input = inputOf(coordinate);
      if (input) { this.touched.add(coordinate); setNative(input, index); }
    } else {
      const key = keyOf(coordinate);
      wanted[key] = onGrid(coordinate, (wanted[key] ?? spec.at[axis]) + way * coordinate.step);
    }
    this.wake();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.guard(() => { this.nudged = null; if (!this.agrees(wanted)) this.commit("drop", wanted); }), 350);
  }

  grab(event, spec) {
    if (event.button || !spec || (this.drag && !this.drag.dropped)) return;
    this.stop();
    event.preventDefault();
    event.stopPropagation();
    this.grips.get(spec.id)?.focus({ preventScroll: true });
    // Heard on the window: a commit may replace the chart, and the grip with it, under the pointer.
    const listening = new AbortController();
    const on = (type, run) =>
      window.addEventListener(type, (e) => { if (e.pointerId === event.pointerId) this.guard(() => run(e)); }, { capture: true, signal: listening.signal });
    this.release();
    const thumb = [spec.x, spec.y].filter(Boolean).length === 1 && this.slider(spec.x ?? spec.y);
    if (thumb) return this.slide(event, spec, thumb.key, on, listening);
    const box = this.grips.get(spec.id).getBoundingClientRect();
    const off = [box.x + box.width / 2 - event.clientX, box.y + box.height / 2 - event.clientY]; // the point does not jump to the pointer
    const start = [event.clientX, event.clientY];
    this.drag = { spec, listening, pointer: [start[0] + off[0], start[1] + off[1]], moved: false, at: {}, values: {}, tracks: [], dropped: false };
    Object.assign(this.stream, { answer: null, sent: "", askedAt: 0, number: this.stream.number + 1 });
    document.documentElement.classList.add("mle-dragging");
    on("pointermove", (e) => {
      this.drag.pointer = [e.clientX + off[0], e.clientY + off[1]];
      this.drag.moved ||= Math.hypot(e.clientX - start[0], e.clientY - start[1]) > 2;
    });
    for (const type of ["pointerup", "pointercancel"]) on(type, () => this.drop());
    this.wake();
  }

  /* A handle of one slider is a second thumb of it: the native one goes along, and the sweep is played as ever. */
  slide(event, spec, key, on, listening) {
    const axis = spec.x ? 0 : 1;
    const pixel = (e) => {
      const gd = chartOf(spec.chart), box = gd.getBoundingClientRect(), { xaxis, yaxis } = subplotOf(gd);
      return axis ? [yaxis, e.clientY - box.top - yaxis._offset] : [xaxis, e.clientX - box.left - xaxis._offset];
    };
    const [at, start] = pixel(event);
    const off = at.d2p(this.slider(key).values[this.index(this.slider(key))]) - start; // the handle need not sit on its value
    this.held = true;
    this.touched.add(key);
    document.documentElement.classList.add("mle-dragging");
    on("pointermove", (e) => {
      const slider = this.slider(key), input = slider && inputOf(key);
      const [along, p] = pixel(e);
      if (input) setNative(input, nearest(along, slider.values, p + (spec.shape === "point" ? off : 0)));
      this.wake();
    });
    for (const type of ["pointerup", "pointercancel"]) on(type, () => {
      listening.abort();
      document.documentElement.classList.remove("mle-dragging");
      this.settle(key);
    });
    this.wake();
  }

  drop() {
    const drag = this.drag;
    this.pull();
    drag.listening.abort();
    document.documentElement.classList.remove("mle-dragging");
    drag.dropped = true;
    drag.deadline = performance.now() + GIVE_UP_MS;
    if (!drag.moved || this.agrees(drag.values)) this.release();
    else this.commit("drop", drag.values);
    this.wake();
  }

  /* Newer tables while a point is dragged or waits: it goes once they hold its place, and learns the new steps before. */
  regrip() {
    const spec = this.tables.handles.find((handle) => handle.id === this.drag.spec.id);
    if (!spec || (this.drag.dropped && this.agrees(this.drag.values))) return this.release();
    Object.assign(this.drag, { spec, what: "", ...(this.drag.dropped ? {} : { at: {}, values: {} }) });
    this.stream.sent = "";
  }

  release() {
    this.drag?.listening.abort();
    document.documentElement.classList.remove("mle-dragging");
    this.drag = null;
  }

  /* The dragged point follows the pointer on the sliders' steps; the thumbs follow the point; Python is asked, one question at a time. */
  pull() {
    const { spec, pointer } = this.drag;
    const gd = chartOf(spec.chart);
    const subplot = subplotOf(gd);
    if (!subplot || this.drag.dropped || !this.drag.moved) return;
    const box = gd.getBoundingClientRect();
    const axes = [subplot.xaxis, subplot.yaxis];
    const pixels = [pointer[0] - box.left, pointer[1] - box.top].map((p, i) => p - axes[i]._offset);
    const point = [spec.x, spec.y].map((coordinate, i) => {
      if (!coordinate) return spec.at[i];
      const slider = this.slider(coordinate), key = keyOf(coordinate);
      if (!slider) return (this.drag.values[key] = onGrid(coordinate, axes[i].p2d(pixels[i])));
      const best = nearest(axes[i], slider.values, pixels[i]);
      this.drag.at[key] = best;
      this.drag.values[key] = slider.values[best];
      const input = inputOf(key);
      if (input && +input.max === slider.values.length - 1) { this.touched.add(key); setNative(input, best); }
      return slider.values[best];
    });
    const what = JSON.stringify(this.drag.values);
    if (this.drag.what !== what) {
      this.drag.what = what;
      const real = traceNodes(gd, spec.mark)[0]?.__data__?.[0]?.trace;
      const moved = (name, value) => {
        const a = Float64Array.from(real?.[name] ?? [value]);
        a[spec.index] = value;
        return { a, n: a.length, frames: 1, shift: 0 };
      };
      this.drag.tracks = [{ chart: spec.chart, mark: spec.mark, kind: "points", x: moved("x", point[0]), y: moved("y", point[1]) }];
    }
    const free = !this.stream.askedAt || performance.now() - this.stream.askedAt > 2000; // an answer may get lost
    if (this.stream.trigger && free && this.stream.sent !== what) {
      Object.assign(this.stream, { askedAt: performance.now(), sent: what, number: this.stream.number + 1 });
      this.stream.trigger("drag", { number: this.stream.number, values: this.drag.values });
    }
  }

  /* Play, pause, step and copy: the component's own small bar. */
  bar(mount) {
    const bar = mount.querySelector(".mle-bar");
    if (!bar) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const playable = this.tables.play.filter((key) => this.slider(key));
    const button = (name) => bar.querySelector(`[data-do=${name}]`);
    this.label = () => {
      const slider = this.slider(playable.includes(this.last) ? this.last : playable[0]);
      const name = slider?.symbol ?? "";
      const words = this.playing ? "❚❚ Pause" : `▶ Play ${name}`;
      if (button("play").textContent !== words) button("play").textContent = words;
      button("play").hidden = calm || !slider;
      for (const step of ["back", "next"]) {
        button(step).hidden = !slider;
        button(step).setAttribute("aria-label", `${step === "back" ? "Step back" : "Step forward"} ${name}`);
      }
      this.chosen = slider?.key;
    };
    button("play").onclick = () => this.guard(() => (this.playing ? this.stop() : this.play()));
    button("back").onclick = () => this.guard(() => this.step(-1));
    button("next").onclick = () => this.guard(() => this.step(1));
    button("copy").onclick = () => this.guard(() => {
      // Browsers have a clipboard on secure origins only.
      (navigator.clipboard?.writeText(location.href) ?? Promise.reject(new Error("no clipboard"))).then(
        () => { button("copy").textContent = "Link copied"; setTimeout(() => (button("copy").textContent = "Copy link"), 1500); },
        () => { button("copy").textContent = "Copy the address bar"; },
      );
    });
    bar.hidden = !window.Plotly;
    this.label();
  }

  play() {
    const slider = this.slider(this.chosen);
    const input = slider && inputOf(slider.key);
    if (!input) return;
    const top = slider.places.length - 1;
    this.playing = { key: slider.key, at: +input.value >= top ? 0 : +input.value, then: performance.now(), rate: slider.places.length / 5000 };
    this.label();
    this.wake();
  }

  advance() {
    const { key, then, rate } = this.playing;
    const slider = this.slider(key);
    const input = slider && inputOf(key);
    if (!input) return this.stop();
    const now = performance.now();
    this.playing.at = Math.min(this.playing.at + (now - then) * rate, slider.places.length - 1);
    this.playing.then = now;
    this.touched.add(key);
    setNative(input, Math.floor(this.playing.at));
    if (this.playing.at >= slider.places.length - 1) this.stop();
  }

  stop(commit = true) {
    if (!this.playing) return;
    const { key } = this.playing;
    this.playing = null;
    if (commit) this.settle(key);
    this.label?.();
  }

  step(by) {
    this.stop();
    const slider = this.slider(this.chosen);
    const input = slider && inputOf(slider.key);
    if (!input) return;
    this.touched.add(slider.key);
    setNative(input, Math.min(Math.max(+input.value + by, 0), slider.places.length - 1));
    this.wake();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.guard(() => this.settle(slider.key)), 350);
  }

  /* A native input moved by code commits nothing by itself: hand its value to Python. Values, not steps: the list of steps may have
   * changed by the time that they arrive. */
  settle(key) {
    const slider = this.slider(key);
    const input = slider && inputOf(key);
    if (input && this.index(slider) !== slider.index) this.commit("drop", { [key]: slider.values[this.index(slider)] });
  }
}

export default function (component) {
  try {
    const controller = (window.__mleLive ??= new Controller());
    return controller.guard(() => controller.receive(component)) ?? undefined;
  } catch (error) {
    console.debug("live layer stands back:", error);
  }
}
