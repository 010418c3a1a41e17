/* E[W^k e^{-sW}] of popularities with P(W > w) = ((a-1)/(a w))^a: over W = (1 - 1/a) e^y, with y = exp(t - e^-t). */
function ParetoMoment(a, k, s) {
  const least = 1 - 1/a, h = 1/64;
  let total = 0;
  for (let step = -288; step <= 448; step++) {
    const t = step*h, y = Math.exp(t - Math.exp(-t));
    total += h*y*(1 + Math.exp(-t))*Math.exp((k - a)*y - (s === 0 ? 0 : s*least*Math.exp(y)));
  }
  return a*Math.pow(least, k)*total;
}
