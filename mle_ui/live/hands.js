/* Hands on the charts: handles that are dragged, by pointer or keys, pads where a click adds a point, and marks lit together. */
class Hands {
  constructor(layer) {
    this.layer = layer;
    this.grips = new Map(); // handle's id → the element that is grasped
    this.anchored = new WeakSet(); // charts in which grips can be placed
    this.pads = new Map(); // chart key → where a click adds a point
    this.focus = null; // id of the handle that has the keyboard
    this.drag = null; // a point being dragged, or dropped and waiting for the server
    this.stream = { trigger: null, number: 0, askedAt: 0, sent: "", answer: null };
    const leaves = (event) => { if (!event.target.classList?.contains("mle-grip")) this.focus = null; };
    for (const type of ["focusin", "pointerdown"]) document.addEventListener(type, leaves, { capture: true, passive: true });
  }

  clear() {
    for (const element of [...this.grips.values(), ...this.pads.values()]) element.remove();
    this.grips.clear();
    this.pads.clear();
    this.release();
  }

  /* Who points at one of several points that belong together sees it marked in all its charts. */
  light(key, point) {
    for (const node of document.querySelectorAll(".mle-lit")) node.classList.remove("mle-lit");
    const mark = point?.fullData?.meta;
    const link = mark && this.layer.tables?.links.find((link) => link.some(([chart, name]) => chart === key && name === mark));
    for (const [chart, name] of link ?? []) {
      const gd = chartOf(chart);
      const nodes = gd && traceNodes(gd, name)[0]?.querySelectorAll(".points > path.point, .point > path");
      nodes?.[point.pointNumber]?.classList.add("mle-lit");
    }
  }

  /* Grips are elements of the layer's own over the marks, so that Plotly's drag box does not take the pointer. */
  place(key, gd) {
    const specs = this.layer.tables?.handles.filter((handle) => handle.chart === key) ?? [];
    const subplot = subplotOf(gd);
    for (const [id, grip] of this.grips) {
      if (grip.dataset.chart === key && !(subplot && specs.some((spec) => spec.id === id))) { grip.remove(); this.grips.delete(id); }
    }
    if (!subplot) return;
    if (!this.anchored.has(gd)) { // asked once: the answer makes the browser lay out the page
      this.anchored.add(gd);
      if (getComputedStyle(gd).position === "static") gd.style.position = "relative";
    }
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
      const now = () => this.layer.tables.handles.find((handle) => handle.id === id);
      grip.addEventListener("pointerdown", (event) => this.layer.guard(() => this.grab(event, now())));
      grip.addEventListener("dblclick", (event) => this.layer.guard(() => { event.stopPropagation(); this.remove(now()); }));
      grip.addEventListener("keydown", (event) => this.layer.guard(() => this.nudge(event, now())));
      grip.addEventListener("focus", () => { this.focus = id; });
      gd.appendChild(grip);
      this.grips.set(spec.id, grip);
      if (this.focus === id) grip.focus({ preventScroll: true }); // the chart that had it was replaced
    }
    // A chart that is redrawn more than once drops the focus again: until it is somewhere else, it is the grip's.
    if (this.focus === spec.id && document.activeElement === document.body) grip.focus({ preventScroll: true });
    const words = spec.label + (spec.removable ? " (double-click or Delete removes it)" : "");
    if (grip.title !== words) { grip.title = words; grip.setAttribute("aria-label", `${words}; arrow keys move it`); }
    const overlay = this.layer.overlays.get(spec.chart)?.get(spec.mark);
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
    const spec = this.layer.tables?.pads.find((pad) => pad.chart === key);
    let pad = this.pads.get(key);
    if (!spec) { pad?.remove(); this.pads.delete(key); return; }
    if (!pad?.isConnected || pad.parentNode !== gd) {
      pad?.remove();
      pad = document.createElement("div");
      pad.className = "mle-pad";
      pad.addEventListener("click", (event) => this.layer.guard(() => this.add(event, key)));
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
    const spec = this.layer.tables?.pads.find((pad) => pad.chart === key);
    const gd = chartOf(key);
    const { xaxis, yaxis } = subplotOf(gd);
    const box = gd.getBoundingClientRect();
    const values = {};
    if (spec.x) values[spec.x.key] = onGrid(spec.x, xaxis.p2d(event.clientX - box.left - xaxis._offset));
    if (spec.y) values[spec.y.key] = onGrid(spec.y, yaxis.p2d(event.clientY - box.top - yaxis._offset));
    this.layer.commit("drop", values);
  }

  /* A click says something of its own (a label is flipped), unless it is the first of a double click, which removes. */
  click(spec) {
    clearTimeout(this.clicking);
    if (spec?.click) this.clicking = setTimeout(() => this.layer.guard(() => this.layer.commit("drop", { [spec.click]: 1 })), 280);
  }

  remove(spec) {
    clearTimeout(this.clicking);
    if (!spec?.removable) return;
    this.release();
    this.layer.commit("drop", Object.fromEntries([spec.x, spec.y].filter(Boolean).map((c) => [keyOf(c), null])));
  }

  /* Arrow keys move a handle by a step, with Shift by ten; what they move is committed when they rest. */
  nudge(event, spec) {
    if (!spec) return;
    if (event.key === "Delete" || event.key === "Backspace") return spec.removable && (event.preventDefault(), this.remove(spec));
    if (event.key === "Enter" && spec.click) return event.preventDefault(), this.click(spec);
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (!by) return;
    const coordinates = [spec.x, spec.y];
    const axis = by[0] && spec.x ? 0 : by[1] && spec.y ? 1 : spec.x ? 0 : 1; // a handle that goes one way obeys all four
    const way = (by[0] || by[1]) * (event.shiftKey ? 10 : 1);
    const coordinate = coordinates[axis];
    event.preventDefault();
    event.stopPropagation();
    this.layer.stop();
    const wanted = (this.nudged ??= {});
    const slider = this.layer.slider(coordinate);
    if (slider) {
      const index = Math.min(Math.max(this.layer.index(slider) + way, 0), slider.values.length - 1);
      wanted[coordinate] = slider.values[index];
      const input = inputOf(coordinate);
      if (input) { this.layer.touched.add(coordinate); setNative(input, index); }
    } else {
      const key = keyOf(coordinate);
      wanted[key] = onGrid(coordinate, (wanted[key] ?? spec.at[axis]) + way * coordinate.step);
    }
    this.layer.wake();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.layer.guard(() => { this.nudged = null; if (!this.layer.agrees(wanted)) this.layer.commit("drop", wanted); }), 350);
  }

  grab(event, spec) {
    if (event.button || !spec || (this.drag && !this.drag.dropped)) return;
    this.layer.stop();
    event.preventDefault();
    event.stopPropagation();
    this.grips.get(spec.id)?.focus({ preventScroll: true });
    // Heard on the window: a commit may replace the chart, and the grip with it, under the pointer.
    const listening = new AbortController();
    const on = (type, run) =>
      window.addEventListener(type, (e) => { if (e.pointerId === event.pointerId) this.layer.guard(() => run(e)); }, { capture: true, signal: listening.signal });
    this.release();
    const thumb = [spec.x, spec.y].filter(Boolean).length === 1 && this.layer.slider(spec.x ?? spec.y);
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
    this.layer.wake();
  }

  /* A handle of one slider is a second thumb of it: the native one goes along, and the sweep is played as ever. */
  slide(event, spec, key, on, listening) {
    const axis = spec.x ? 0 : 1;
    const pixel = (e) => {
      const gd = chartOf(spec.chart), box = gd.getBoundingClientRect(), { xaxis, yaxis } = subplotOf(gd);
      return axis ? [yaxis, e.clientY - box.top - yaxis._offset] : [xaxis, e.clientX - box.left - xaxis._offset];
    };
    const [at, start] = pixel(event);
    const value = this.layer.slider(key).values[this.layer.index(this.layer.slider(key))];
    const off = at.d2p(value) - start; // the handle need not sit on its value
    const from = at.p2d(start), lever = spec.lever ?? 1; // nor move as far as its value does: the end of a line turns it
    this.layer.held = true;
    this.layer.touched.add(key);
    document.documentElement.classList.add("mle-dragging");
    on("pointermove", (e) => {
      const slider = this.layer.slider(key), input = slider && inputOf(key);
      const [along, p] = pixel(e);
      const wanted = lever === 1 ? p + (spec.shape === "point" ? off : 0) : along.d2p(value + (along.p2d(p) - from) / lever);
      if (input) setNative(input, nearest(along, slider.values, wanted));
      this.layer.wake();
    });
    for (const type of ["pointerup", "pointercancel"]) on(type, () => {
      listening.abort();
      document.documentElement.classList.remove("mle-dragging");
      this.layer.settle(key);
    });
    this.layer.wake();
  }

  drop() {
    const drag = this.drag;
    this.pull();
    drag.listening.abort();
    document.documentElement.classList.remove("mle-dragging");
    drag.dropped = true;
    drag.deadline = performance.now() + GIVE_UP_MS;
    if (!drag.moved) this.click(drag.spec);
    if (!drag.moved || this.layer.agrees(drag.values)) this.release();
    else this.layer.commit("drop", drag.values);
    this.layer.wake();
  }

  /* A dropped point waits for tables that hold its place; the same drop twice means the same as once. */
  wait() {
    const drag = this.drag, left = drag.deadline - performance.now();
    if (left < 0) this.release();
    else if (!drag.again && left < GIVE_UP_MS - AGAIN_MS && document.querySelector("[data-testid=stApp]")?.dataset.testScriptState !== "running") {
      drag.again = true;
      this.layer.commit("drop", drag.values);
    }
  }

  /* Newer tables while a point is dragged or waits: it goes once they hold its place, and learns the new steps before. */
  regrip() {
    const spec = this.layer.tables.handles.find((handle) => handle.id === this.drag.spec.id);
    if (!spec || (this.drag.dropped && this.layer.agrees(this.drag.values))) return this.release();
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
      const slider = this.layer.slider(coordinate), key = keyOf(coordinate);
      if (!slider) return (this.drag.values[key] = onGrid(coordinate, axes[i].p2d(pixels[i])));
      const best = nearest(axes[i], slider.values, pixels[i]);
      this.drag.at[key] = best;
      this.drag.values[key] = slider.values[best];
      const input = inputOf(key);
      if (input && +input.max === slider.values.length - 1) { this.layer.touched.add(key); setNative(input, best); }
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
}
