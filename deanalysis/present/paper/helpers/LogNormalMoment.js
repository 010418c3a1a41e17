/* E[W^k e^{-sW}] with log W normal of deviation b and mean -b^2/2: the trapezoidal rule over log W = b z + b^2 (k - 1/2). */
function LogNormalMoment(b, k, s) {
  const h = 0.1/Math.max(1, b), most = Math.floor(40/h);
  let total = 0;
  for (let step = -most; step <= most; step++) {
    const z = step*h;
    total += h*Math.exp(-z*z/2 - (s === 0 ? 0 : s*Math.exp(b*z + b*b*(k - 0.5))));
  }
  return Math.exp(b*b*k*(k - 1)/2)*total/Math.sqrt(2*Math.PI);
}
