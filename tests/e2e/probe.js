window.probe = {
  charts: () => [...document.querySelectorAll('.js-plotly-plot')].map(gd => gd.closest('[class*=st-key-]').className.match(/st-key-([\w-]+)/)[1]),
  gd: key => document.querySelector(`.st-key-${key} .js-plotly-plot`),
  drawn: gd => !!(gd && gd._fullLayout && (gd._fullLayout._plots.xy || gd._fullLayout.scene)),
  settled: () => !document.querySelector('[data-testid=stApp][data-test-script-state=running]') && !document.querySelector('.stElementContainer[data-stale=true]'),
  ready: () => { const c = document.querySelectorAll('.js-plotly-plot'); return c.length > 0 && document.querySelectorAll('.stPlotlyChart').length === c.length &&
    [...c].every(probe.drawn) && (window.__mleLive?.tables?.charts ?? []).every(key => probe.drawn(probe.gd(key))) && probe.settled() && !!window.__mleLive?.tables && [...c].every(g => g.layout.meta.state === __mleLive.tables.state); },
  thumb: key => { const r = document.querySelector(`.st-key-${key} input[type=range]`).parentNode.parentNode.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; },
  track: key => { const r = document.querySelector(`.st-key-${key} [data-rac][role=group]`).getBoundingClientRect(); return [r.x, r.x + r.width]; },
  // Whether a slider's own thumb can be grasped; if not, a handle on a chart is its only grip.
  shown: key => document.querySelector(`.st-key-${key}`).getClientRects().length > 0,
  step: key => +document.querySelector(`.st-key-${key} input[type=range]`).value,
  readouts: () => Object.fromEntries([...document.querySelectorAll('[class*=st-key-readout-]')].map(e => [e.className.match(/st-key-readout-([\w-]+)/)[1], e.querySelector('[data-testid=stMetricValue]').innerText])),
  overlays: () => [...document.querySelectorAll('.mle-live')].map(e => e.closest('[class*=st-key-]').className.match(/st-key-([\w-]+)/)[1] + '/' + e.dataset.mark),
  // Moving marks that are not kept within the axes as their real ones are.
  loose: () => [...document.querySelectorAll('.mle-live')].filter(over => {
    const gd = over.closest('.js-plotly-plot'), mark = over.dataset.mark;
    const kept = el => !!el.closest('[clip-path]');
    const box = el => el.getBoundingClientRect(), middle = el => [box(el).x + box(el).width / 2, box(el).y + box(el).height / 2];
    const frame = box(gd.querySelector('.nsewdrag'));
    const within = ([x, y]) => x > frame.left - 2 && x < frame.right + 2 && y > frame.top - 2 && y < frame.bottom + 2;
    if ([...over.querySelectorAll('path.point')].some(el => !el.closest('[clip-path]') && box(el).width && !within(middle(el)))) return true;
    const real = [mark, mark + '+', mark + '-'].flatMap(name => probe.real(gd, name)).flatMap(n => [...n.querySelectorAll('path')]);
    return real.length && real.every(kept) && ![...over.querySelectorAll('path')].every(kept);
  }).map(over => over.dataset.mark),
  real: (gd, mark) => [...gd.querySelectorAll('.trace, .hm, .contour')].filter(n => n.__data__?.[0]?.trace?.meta === mark),
  // Where a mark is seen now: its overlay's elements if it has one, else the real trace's.
  shape: (chart, mark) => {
    const gd = probe.gd(chart);
    const over = gd.querySelector(`.mle-live[data-mark="${mark}"]`);
    const nodes = over ? [over] : [...probe.real(gd, mark), ...probe.real(gd, mark + '+'), ...probe.real(gd, mark + '-')];
    const out = [];
    for (const node of nodes) for (const el of node.querySelectorAll('path, text, foreignObject, image')) {
      const text = el.tagName === 'text';
      const moved = (el.getAttribute('transform') || '').match(/translate\(([-\d.]+),\s*([-\d.]+)\)/);
      out.push(text ? [+el.getAttribute('x'), +el.getAttribute('y'), el.textContent] : moved ? [+moved[1], +moved[2]]
        : el.tagName === 'path' ? el.getAttribute('d') : ['x', 'y', 'width', 'height'].map(k => +el.getAttribute(k)));
    }
    return out;
  },
  // Count animation frames, and those in which any drawn mark changed.
  count: () => {
    const c = probe.counter = { frames: 0, changed: 0, go: true };
    let last = null;
    const look = () => {
      if (!c.go) return;
      const now = [...document.querySelectorAll('.mle-live *')].map(e => (e.getAttribute('d') || '') + (e.getAttribute('transform') || '') + (e.getAttribute('x') || '')).join('|');
      c.frames++;
      if (last !== null && now !== last) c.changed++;
      last = now;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  },
  // Record, frame by frame, where a mark is seen.
  film: (chart, mark) => {
    const film = probe.reel = [];
    const look = () => { if (film.done) return; const gd = probe.gd(chart); film.push(probe.drawn(gd) ? JSON.stringify(probe.shape(chart, mark)) : 'nothing'); requestAnimationFrame(look); };
    requestAnimationFrame(look);
  },
};
