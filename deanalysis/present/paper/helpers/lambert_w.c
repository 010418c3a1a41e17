/* Lambert's W: w e^w = x, the branch 0 (w >= -1) or -1 (w <= -1), by Halley's iteration. */
static double lambert_w(double x, int branch) {
    double p = sqrt(fmax(0.0, 2.0*(M_E*x + 1.0))), w = branch ? -1.0 - p - p*p/3.0 : -1.0 + p - p*p/3.0;
    if (branch && x > -0.25) w = log(-x) - log(-log(-x));
    if (!branch && x > 0.5) w = log1p(x);
    for (int step = 0; step < 60; step++) {
        double e = exp(w), g = w*e - x, slope = e*(w + 1.0) - 0.5*(w + 2.0)*g/(w + 1.0), move = g/slope;
        if (g == 0.0 || slope == 0.0) break;
        w -= move;
        if (fabs(move) <= 1e-16*fabs(w)) break;
    }
    return w;
}
