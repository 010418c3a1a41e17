# E[W^k e^{-sW}] with log W normal of deviation b and mean -b^2/2: the trapezoidal rule over log W = b z + b^2 (k - 1/2).
function LogNormalMoment(b, k, s)
    h = 0.1/max(1, b)
    most = floor(Int, 40/h)
    inside(z) = exp(-z^2/2 - (s == 0 ? 0.0 : s*exp(b*z + b^2*(k - 0.5))))
    return exp(b^2*k*(k - 1)/2)*h*sum(inside(step*h) for step in -most:most)/sqrt(2*pi)
end
