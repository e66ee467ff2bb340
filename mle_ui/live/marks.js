const SVG = "http://www.w3.org/2000/svg";

/* One painter per kind of mark: `make` builds the overlay's elements from the real ones (so that the look is theirs),
 * `draw` moves them. `m` holds the frame: x, y in data units, px, py in pixels, n, the track and the subplot's axes. */
const clones = (node, selector, group) => {
  const found = [...node.querySelectorAll(selector)];
  // Where one mark of a chart may hang over the axes, Plotly clips no whole trace: of all other traces it clips the parts.
  const part = found[0]?.parentNode.closest("[clip-path]");
  const clipped = part && part !== node && node.contains(part);
  const home = clipped ? group.appendChild(document.createElementNS(SVG, "g")) : group;
  if (clipped) home.setAttribute("clip-path", part.getAttribute("clip-path"));
  return found.map((real) => {
    const copy = home.appendChild(real.cloneNode(true));
    copy.removeAttribute("display"); // a mark that rests out of sight is hidden so, and may come back
    return copy;
  });
};

const PAINTERS = {
  line: {
    // A line that closes and is filled ("toself") brings its fill along.
    make: (real, group) => [".fills path.js-fill", ".lines path.js-line"].flatMap((part) => clones(real[0], part, group)),
    draw: (els, m) => { const d = path(m.px, m.py, m.n); for (const el of els) el.setAttribute("d", d); },
  },
  area: {
    // Two real traces, "<name>+" and "<name>-": what lies above zero and what lies below it, each with its outline if it has one. A track
    // along "y" runs upwards and is filled towards x = 0.
    names: (name) => [name + "+", name + "-"],
    make: (real, group) => real.map((node) => [".fills path.js-fill", ".lines path.js-line"].map((part) => clones(node, part, group)[0])),
    draw: (els, m) => {
      const upright = m.track.along === "y";
      const [value, place] = upright ? [m.px, m.py] : [m.py, m.px];
      const zero = (upright ? m.xa : m.ya).d2p(0);
      const at = (p, v) => (upright ? `${v.toFixed(2)},${p.toFixed(2)}` : `${p.toFixed(2)},${v.toFixed(2)}`);
      els.forEach(([fill, line], i) => {
        const clip = (i === 0) === upright ? Math.max : Math.min; // pixels grow downwards
        const corners = [];
        for (let k = 0; k < m.n; k++) {
          if (k && (value[k] - zero) * (value[k - 1] - zero) < 0) {
            const w = (zero - value[k - 1]) / (value[k] - value[k - 1]);
            corners.push(at(place[k - 1] + w * (place[k] - place[k - 1]), zero));
          }
          corners.push(at(place[k], clip(value[k], zero)));
        }
        const curve = corners.join("L");
        fill?.setAttribute("d", `M${at(place[0], zero)}L${curve}L${at(place[m.n - 1], zero)}Z`);
        line?.setAttribute("d", `M${curve}`);
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
        const low = Math.abs(end - zero) < 2 && end !== zero;
        const foot = low ? whole(zero, end) : zero;
        const top = low ? whole(end, foot) : end === zero ? zero : m.py[k];
        el.setAttribute("d", `M${left},${foot.toFixed(2)}V${top.toFixed(2)}H${right}V${foot.toFixed(2)}Z`);
      });
    },
  },
  points: {
    make: (real, group) => clones(real[0], ".points path.point", group),
    draw: (els, m) => els.forEach((el, k) => {
      el.setAttribute("transform", `translate(${m.px[k].toFixed(2)},${m.py[k].toFixed(2)})`);
      // A mark that may hang over the axes is hidden by Plotly once its middle lies outside; one that is clipped needs no hiding.
      const out = m.px[k] < -0.5 || m.px[k] > m.xa._length + 0.5 || m.py[k] < -0.5 || m.py[k] > m.ya._length + 0.5;
      el.style.display = out ? "none" : "";
    }),
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
      const g = warp(track.knots, f);
      m.x = blend(track.x, g, this.memo.x);
      m.y = blend(track.y, g, this.memo.y);
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
