/* Lambert's W: w e^w = x, the branch 0 (w >= -1) or -1 (w <= -1), by Halley's iteration. */
function lambert_w(x, branch) {
  const p = Math.sqrt(Math.max(0, 2*(Math.E*x + 1)));
  let w = branch ? -1 - p - p*p/3 : -1 + p - p*p/3;
  if (branch && x > -0.25) w = Math.log(-x) - Math.log(-Math.log(-x));
  if (!branch && x > 0.5) w = Math.log1p(x);
  for (let step = 0; step < 60; step++) {
    const e = Math.exp(w), g = w*e - x, slope = e*(w + 1) - 0.5*(w + 2)*g/(w + 1), move = g/slope;
    if (g === 0 || slope === 0) break;
    w -= move;
    if (Math.abs(move) <= 1e-16*Math.abs(w)) break;
  }
  return w;
}
