/* E[W^k e^{-sW}] of popularities with P(W > w) = ((a-1)/(a w))^a: over W = (1 - 1/a) e^y, with y = exp(t - e^-t). */
static double ParetoMoment(double a, double k, double s) {
    double least = 1.0 - 1.0/a, total = 0.0, h = 1.0/64.0;
    for (int step = -288; step <= 448; step++) {
        double t = step*h, y = exp(t - exp(-t));
        total += h*y*(1.0 + exp(-t))*exp((k - a)*y - (s == 0.0 ? 0.0 : s*least*exp(y)));
    }
    return a*pow(least, k)*total;
}
