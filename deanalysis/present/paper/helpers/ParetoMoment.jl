# E[W^k e^{-sW}] of popularities with P(W > w) = ((a-1)/(a w))^a: over W = (1 - 1/a) e^y, with y = exp(t - e^-t).
function ParetoMoment(a, k, s)
    least, h = 1 - 1/a, 1/64
    inside(t, y) = y*(1 + exp(-t))*exp((k - a)*y - (s == 0 ? 0.0 : s*least*exp(y)))
    return a*least^k*h*sum(inside(h*step, exp(h*step - exp(-h*step))) for step in -288:448)
end
