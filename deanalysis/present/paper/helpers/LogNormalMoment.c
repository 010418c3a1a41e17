/* E[W^k e^{-sW}] with log W normal of deviation b and mean -b^2/2: the trapezoidal rule over log W = b z + b^2 (k - 1/2). */
static double LogNormalMoment(double b, double k, double s) {
    double h = 0.1/fmax(1.0, b), total = 0.0;
    int most = (int) (40.0/h);
    for (int step = -most; step <= most; step++) {
        double z = step*h;
        total += h*exp(-z*z/2.0 - (s == 0.0 ? 0.0 : s*exp(b*z + b*b*(k - 0.5))));
    }
    return exp(b*b*k*(k - 1.0)/2.0)*total/sqrt(2.0*M_PI);
}
