/* The drag layer, browser side: it plays tables that Python computed while a native control moves.
 *
 * It knows numbers, frames and pixels, and no formula. One controller serves the page; every call of the component only
 * hands it newer tables. Whatever it relies on and does not find (Plotly, a class name, a trace) makes it do nothing: the
 * page then is a stock Streamlit page. Whatever leans on Streamlit's or Plotly's internals is in the four files of this script.
 *
 * What is shown is derived, each animation frame, from what is there: the committed index of each slider (tables), the
 * index its native input holds (document) and the state stamp of each chart (figure). So a drag, the wait for the server, a
 * drag back and a second drag inside the wait need no bookkeeping of their own:
 *   native index ≠ committed index             → the slider's sweep is drawn over the chart, the real traces hidden
 *   native index = committed index             → the overlay goes
 *   chart's stamp ≠ tables' stamp              → the chart is about to be replaced: leave its overlay as it is
 */

const GIVE_UP_MS = 30_000; // a released mark waits so long for a server that does not answer
const AGAIN_MS = 4000; // a drop that nobody works at by then is said once more: on busy machines one was lost now and then
const IDLE_MS = 1000; // the loop outlives the last event by this much: keyboards change the input after their event

/* Tracks of the first list, and those of the second for marks that the first has not. */
const over = (first, second) => {
  const has = new Set((first ?? []).map((track) => track.chart + "/" + track.mark));
  return [...(first ?? []), ...(second ?? []).filter((track) => !has.has(track.chart + "/" + track.mark))];
};

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
    this.nodes = new Map(); // readout's name → the text that is rewritten
    this.hands = new Hands(this);
    this.until = 0;
    this.running = false;
    const touch = (event) => this.touch(event);
    for (const type of ["pointerdown", "keydown", "input"]) document.addEventListener(type, touch, { capture: true, passive: true });
    const release = (event) => {
      if (event.type === "blur" && event.target !== window) return; // the focus moved within the page: still held
      this.held = false;
      this.heldAt = performance.now();
      this.wake();
    };
    for (const type of ["pointerup", "pointercancel", "blur"]) window.addEventListener(type, release, { capture: true, passive: true });
    document.addEventListener("paste", (event) => this.guard(() => shorten(event)), { capture: true });
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
      this.hands.release();
      this.playing = this.astray = null;
    }
    if (this.playing && !same(this.slider(this.playing.key)?.values, tables.sliders.find((s) => s.key === this.playing.key)?.values)) {
      this.astray = this.playing.key; // the slider became another one: nothing of the old one is committed
      this.playing = null;
    }
    this.tables = tables;
    this.mount = mount;
    this.commit = component.setTriggerValue;
    this.written = true; // React does not rewrite a string that it believes is there: write Python's again
    for (const slider of tables.sliders) {
      const input = inputOf(slider.key);
      if (!this.held && (!input || +input.value === slider.index)) this.touched.delete(slider.key);
    }
    if (this.drag) this.hands.regrip();
    this.scan();
    this.bar(mount);
    this.wake();
    return () => { if (this.mount === mount) { this.tables = this.playing = null; this.clear(); } };
  }

  get drag() { return this.hands.drag; }
  get stream() { return this.hands.stream; }

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

  /* A thumb that played steps which are there no more goes back to where the page stands, once the document has the new steps. */
  home() {
    const slider = this.slider(this.astray), input = slider && inputOf(slider.key);
    if (input && +input.max !== slider.places.length - 1) return;
    if (input) setNative(input, slider.index);
    this.touched.delete(this.astray);
    this.astray = null;
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
    if (this.astray) this.home();
    const moved = this.tables.sliders.filter((slider) => this.touched.has(slider.key) && this.index(slider) !== slider.index);
    // The first mover keeps the stage until the server has answered it; a second one grabbed meanwhile waits its turn.
    if (!moved.some((slider) => slider.key === this.active)) this.active = moved[0]?.key ?? null;
    if (this.active && !this.held && this.heldAt && performance.now() - this.heldAt > GIVE_UP_MS) this.touched.delete(this.active);
    if (this.drag?.dropped) this.hands.wait();
    if (this.playing) this.advance();
    if (this.drag) this.hands.pull();
    const slider = this.drag ? null : this.slider(this.active);
    const answer = this.stream.answer?.state === this.tables.state ? this.stream.answer : null;
    if (slider) {
      const step = this.index(slider), sheet = this.sheet([slider.key]);
      this.show(over(slider.tracks, sheet?.tracks), slider.places[step], step);
      this.read((name) => slider.readouts[name]?.[step] ?? sheet?.text(name));
      this.written = true;
    } else if (this.drag) {
      // What was answered for this very place is exact; until then the sheet is near, and older answers are all there is of the rest.
      const sheet = this.drag.moved ? this.sheet([this.drag.spec.x, this.drag.spec.y]) : null;
      const fresh = answer && !this.stream.askedAt && this.stream.sent === this.drag.what;
      const [first, then] = fresh ? [answer, sheet] : [sheet, answer];
      this.show(over(this.drag.tracks, over(first?.tracks, then?.tracks)), 0, 0);
      const text = (from, name) => from?.text?.(name) ?? from?.readouts?.[name];
      this.read((name) => text(first, name) ?? text(then, name));
      this.written = true;
    } else {
      this.show([], 0, 0);
      if (this.written) this.read((name) => this.tables.readouts[name]);
      this.written = false;
    }
  }

  /* The sheet that some of the moving sliders lie on, where they stand: its tracks carry their own spot. */
  sheet(keys) {
    const found = this.tables.sheets?.find((sheet) => [sheet.x, sheet.y].some((key) => keys.includes(key)));
    const at = found && [found.x, found.y].map((key) => this.slider(key));
    if (!at || at.some((slider) => !slider)) return null;
    const steps = at.map((slider) => this.drag?.at[slider.key] ?? this.index(slider));
    const spot = spotOn(found, at[0].places[steps[0]], at[1].places[steps[1]]);
    for (const track of found.tracks) track.spot = track.leaps ? { ...spot, leaps: true } : spot;
    return { tracks: found.tracks, text: (name) => found.readouts[name]?.[spot.near] };
  }

  show(tracks, f0, step0) {
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
        const [f, step] = track.spot ? [track.spot, track.spot.near] : [f0, step0];
        const what = [f, step, xaxis.range[0], xaxis.range[1], xaxis._length, yaxis.range[0], yaxis.range[1], yaxis._length].join();
        if (overlay.what === what && overlay.track === track) continue;
        overlay.what = what;
        overlay.track = track;
        overlay.draw(gd, track, f, step);
      }
      this.hands.place(key, gd);
    }
  }

  read(text) {
    for (const name of Object.keys(this.tables.readouts)) {
      let node = this.nodes.get(name); // looking for each of some dozens in the whole page would take longer than drawing
      if (!node?.isConnected) {
        node = document.querySelector(`${clsOf("readout-" + name)} [data-testid=stMetricValue] p, [data-read="${CSS.escape(name)}"]`)?.firstChild;
        this.nodes.set(name, node);
      }
      const value = text(name);
      // nodeValue, not textContent: React keeps the text node it made and would never write into a new one.
      if (node?.nodeType === Node.TEXT_NODE && value !== undefined && node.nodeValue !== value) node.nodeValue = value;
    }
  }

  clear() {
    for (const shown of this.overlays.values()) for (const overlay of shown.values()) overlay.remove();
    this.overlays.clear();
    this.hands.clear();
    this.active = null;
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
        gd.on("plotly_afterplot", () => this.guard(() => { this.restore(key, gd); this.hands.place(key, gd); }));
        gd.on("plotly_hover", (event) => this.guard(() => this.hands.light(key, event.points[0])));
        gd.on("plotly_unhover", () => this.guard(() => this.hands.light(key, null)));
        this.restore(key, gd);
      }
      this.hands.place(key, gd);
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
