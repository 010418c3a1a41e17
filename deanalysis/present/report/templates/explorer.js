/* The interactive part of the page: fixed points, learning curve, cobweb and phase diagram, from the exported formulas in `model`. */
"use strict";

const Explorer = (() => {
  const GRID = 1500, FINE = 300, STATES = 1000, FAR = 100, GOLDEN = (Math.sqrt(5) - 1)/2;

  const golden = (low, high, value) => {
    let a = high - GOLDEN*(high - low), b = low + GOLDEN*(high - low), at = value(a), bt = value(b);
    for (let step = 0; step < 90; step++) {
      if (at > bt) { high = b; b = a; bt = at; a = high - GOLDEN*(high - low); at = value(a); }
      else { low = a; a = b; at = bt; b = low + GOLDEN*(high - low); bt = value(b); }
    }
    return at > bt ? a : b;
  };

  /* The zero of a function that is negative at `above` and not negative at `below`. */
  const bisected = (below, above, value) => {
    for (let step = 0; step < 1100 && above > below; step++) {
      const middle = (below + above)/2;
      if (middle === below || middle === above) break;
      if (value(middle) < 0) above = middle; else below = middle;
    }
    return above < 1e-300 ? 0 : below;
  };

  /* The largest solution of q = f(q) in [0, start]; a pair of solutions between two points of the grid is found by the local maximum of f - q. */
  const largest = (f, start) => {
    const rise = (q) => f(q) - q;
    if (rise(start) >= 0) return start;
    const states = [];
    for (let place = 1; place < GRID; place++) states.push(start*(1 - place/GRID));
    for (let place = 1; place <= FINE; place++) states.push(start/GRID*Math.pow(10, -12*place/FINE));
    states.push(0);
    let above = start, before = rise(start), last = before, wide = start;
    for (const state of states) {
      const now = rise(state);
      if (now >= 0) return bisected(state, above, rise);
      if (last < 0 && before < last && last > now) {
        const peak = golden(state, wide, rise);
        if (rise(peak) >= 0) return bisected(peak, wide, rise);
      }
      [wide, above, before, last] = [above, state, last, now];
    }
    return 0;
  };

  /* All fixed points along the state t, in the order in which q falls, with the records of the parameter: the states that are reached. */
  const along = (curve, sense, others) => {
    const states = [];
    for (let place = 0; place < STATES; place++)
      states.push(curve.bounded ? 1 - place/STATES : 1e-6*Math.pow(6e7, place/(STATES - 1)));
    if (!curve.bounded && curve.learnsAlong < 0) states.reverse();
    let record = curve.bounded ? -1 : -Infinity;
    return states.map((t) => {
      const parameter = curve.value(t, ...others), possible = parameter >= 0 && parameter < Infinity;
      const reached = possible && sense*parameter >= record;
      if (reached) record = sense*parameter;
      return {t, parameter, q: curve.q(t, ...others), reached};
    });
  };

  /* Where the record ends: the largest fixed point jumps. Far beyond `most` rounding decides, and nothing is told. */
  const emergences = (points, curve, sense, others, most) => {
    const found = [];
    for (let place = 1; place + 1 < points.length; place++) {
      if (!points[place].reached || points[place + 1].reached || points[place].parameter > FAR*most) continue;
      const ends = [points[place - 1].t, points[place + 1].t];
      const t = golden(Math.min(...ends), Math.max(...ends), (state) => sense*curve.value(state, ...others));
      found.push(curve.value(t, ...others));
    }
    return found;
  };

  return {largest, along, emergences};
})();

const Drawing = (() => {
  const WIDTH = 340, HEIGHT = 270, LEFT = 46, BOTTOM = 38, TOP = 12, RIGHT = 10;
  const made = (name, attributes, text) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return node;
  };

  const ticks = (low, high) => {
    const rough = (high - low)/5, size = Math.pow(10, Math.floor(Math.log10(rough)));
    const step = [1, 2, 2.5, 5, 10].map((one) => one*size).find((one) => one >= rough);
    const found = [];
    for (let value = Math.ceil(low/step - 1e-9)*step; value <= high + 1e-9*step; value += step) found.push(Number(value.toPrecision(6)));
    return found;
  };

  /* Axes on an svg element; returns where a point lies and how to draw a line or a mark there. */
  const axes = (svg, [xLow, xHigh], [yLow, yHigh], xName, yName) => {
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    const x = (value) => LEFT + (value - xLow)/(xHigh - xLow)*(WIDTH - LEFT - RIGHT);
    const y = (value) => HEIGHT - BOTTOM - (value - yLow)/(yHigh - yLow)*(HEIGHT - BOTTOM - TOP);
    const put = (name, attributes, text) => svg.appendChild(made(name, attributes, text));
    for (const tick of ticks(xLow, xHigh)) {
      put("line", {class: "grid", x1: x(tick), x2: x(tick), y1: y(yLow), y2: y(yHigh)});
      put("text", {x: x(tick), y: HEIGHT - BOTTOM + 15, "text-anchor": "middle"}, tick);
    }
    for (const tick of ticks(yLow, yHigh)) {
      put("line", {class: "grid", x1: x(xLow), x2: x(xHigh), y1: y(tick), y2: y(tick)});
      put("text", {x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end"}, tick);
    }
    put("path", {class: "axis", d: `M${x(xLow)} ${y(yHigh)}V${y(yLow)}H${x(xHigh)}`});
    put("text", {x: (LEFT + WIDTH)/2, y: HEIGHT - 4, "text-anchor": "middle", class: "name"}, xName);
    put("text", {x: 12, y: (HEIGHT - BOTTOM)/2, "text-anchor": "middle", class: "name", transform: `rotate(-90 12 ${(HEIGHT - BOTTOM)/2})`}, yName);
    const inside = ([a, b]) => Number.isFinite(a) && Number.isFinite(b) && a >= xLow && a <= xHigh && b >= yLow && b <= yHigh;
    const line = (points, name) => {
      let d = "", open = false;
      for (const point of points) {
        if (point && inside(point)) { d += `${open ? "L" : "M"}${x(point[0]).toFixed(2)} ${y(point[1]).toFixed(2)}`; open = true; }
        else open = false;
      }
      put("path", {class: `line ${name}`, d});
    };
    const mark = (point, name) => inside(point) && put("circle", {class: `mark ${name}`, cx: x(point[0]), cy: y(point[1]), r: 4.5});
    return {line, mark};
  };

  return {axes};
})();

const Panels = (() => {
  /* Where q = 0 is a fixed point, less than this is the rounding of f beside it. */
  const NOTHING = 1e-9;
  const part = (name) => document.getElementById(`explorer-${name}`);
  const shown = (name) => model.letters.find((one) => one.name === name).shown;

  const state = () => {
    const values = model.letters.map(({name}) => Number(part(`letter-${name}`).value));
    const s = model.learners.length > 1 ? Number(part("s").value) : model.learners[0].s;
    const chosen = model.learners.find((one) => one.s === s);
    const others = values.filter((_, place) => model.letters[place].name !== model.parameter);
    return {values, s, chosen, others, parameter: values[model.letters.findIndex(({name}) => name === model.parameter)]};
  };

  /* What is told beside the panels. */
  const answers = ({values, chosen, others}) => {
    const start = model.unknown(...values), found = Explorer.largest((one) => chosen.f(one, ...values), start);
    const q = chosen.completes && found < NOTHING ? 0 : found;
    const points = Explorer.along(chosen.curve, model.sense, others);
    const sticks = chosen.stuck, varied = model.letters.find(({name}) => name === model.parameter);
    const jumps = sticks ? [] : Explorer.emergences(points, chosen.curve, model.sense, others, varied.high);
    return {start, q, zeta: chosen.zeta(q, ...values), testing_error: chosen.testing_error(q, ...values), jumps, points, sticks};
  };

  /* The states q = 0 past the last one on the curve. */
  const complete = (last, low, high) => [[last.parameter, 0], [model.sense > 0 ? high : low, 0]];

  const learningCurve = ({values, chosen, parameter}, {points, zeta, sticks}) => {
    const place = model.letters.findIndex(({name}) => name === model.parameter), {low, high} = model.letters[place];
    const at = (one) => values.map((value, index) => (index === place ? one : value));
    const {line, mark} = Drawing.axes(part("curve"), [low, high], [0, 1], shown(model.parameter), "ζ, skills still novel");
    const states = points.filter(({reached}) => reached && !sticks);
    const reached = points.map((one) => (one.reached && !sticks ? [one.parameter, chosen.zeta(one.q, ...at(one.parameter))] : null));
    line(points.map((one) => [one.parameter, chosen.zeta(one.q, ...at(one.parameter))]), "all");
    line(reached, "theory");
    for (let index = 1; index < states.length; index++) {
      const [before, after] = [states[index - 1], states[index]];
      if (points.indexOf(after) > points.indexOf(before) + 1)
        line([before, after].map((one) => [one.parameter, chosen.zeta(one.q, ...at(one.parameter))]), "jump");
    }
    if (sticks) line([[low, 1], [high, 1]], "theory");
    if (chosen.completes && states.length) {
      const last = states[states.length - 1];
      line([[last.parameter, chosen.zeta(last.q, ...at(last.parameter))], [last.parameter, 0]], "jump");
      line(complete(last, low, high), "theory");
    }
    mark([parameter, zeta], "now");
  };

  const cobweb = ({values, chosen}, {start, q}) => {
    const {line, mark} = Drawing.axes(part("cobweb"), [0, start], [0, start], "q", "f(q)");
    const curve = Array.from({length: 401}, (_, place) => [start*place/400, chosen.f(start*place/400, ...values)]);
    const steps = [[start, start]];
    for (let state = start, round = 0; round < 200; round++) {
      const next = chosen.f(state, ...values);
      steps.push([state, next], [next, next]);
      state = next;
    }
    line([[0, 0], [start, start]], "diagonal");
    line(steps, "steps");
    line(curve, "theory");
    mark([q, q], "now");
  };

  const phase = ({values, chosen, parameter, others}, {points}) => {
    if (!chosen.folds) {
      const {low, high} = model.letters.find(({name}) => name === model.parameter);
      const {line, mark} = Drawing.axes(part("phase"), [low, high], [0, 1], shown(model.parameter), "q, all fixed points");
      line(points.map((one) => [one.parameter, one.q]), "all");
      line(points.map((one) => (one.reached ? [one.parameter, one.q] : null)), "theory");
      const states = points.filter(({reached}) => reached);
      if (chosen.completes && states.length) line(complete(states[states.length - 1], low, high), "theory");
      return mark([parameter, Explorer.largest((one) => chosen.f(one, ...values), model.unknown(...values))], "now");
    }
    const across = model.letters.find(({name}) => name !== model.parameter), up = model.letters.find(({name}) => name === model.parameter);
    const {line, mark} = Drawing.axes(part("phase"), [across.low, across.high], [up.low, up.high], shown(across.name), shown(up.name));
    const states = Array.from({length: 2400}, (_, place) => 0.02*Math.pow(2500, place/2399));
    const folds = states.map((one) => [chosen.folds.c(one), chosen.folds.R(one)]);
    let born = 0;
    folds.forEach((fold, place) => { if (fold[0] < folds[born][0]) born = place; });
    line(folds.slice(0, born + 1), "fold");
    line(folds.slice(born), "emergence");
    mark(folds[born], "cusp");
    mark([others[0], parameter], "now");
  };

  const told = (name, value) => {
    const written = (one) => (one === 0 ? "0" : Math.abs(one) < 1e-3 ? one.toExponential(11) : one.toPrecision(12));
    part(name).textContent = Array.isArray(value) ? value.map(written).join(", ") || "none" : written(value);
    part(name).dataset.value = JSON.stringify(value);
  };

  const draw = () => {
    const now = state(), found = answers(now);
    for (const {name} of model.letters) part(`letter-${name}-shown`).textContent = part(`letter-${name}`).value;
    if (model.learners.length > 1) part("s-shown").textContent = now.s;
    for (const name of ["q", "zeta", "testing_error"]) told(name, found[name]);
    told("jumps", found.jumps);
    learningCurve(now, found);
    cobweb(now, found);
    phase(now, found);
  };

  return {draw, part};
})();

for (const slider of document.querySelectorAll("#explorer input")) slider.addEventListener("input", Panels.draw);
Panels.draw();
