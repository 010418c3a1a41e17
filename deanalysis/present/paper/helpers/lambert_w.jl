# Lambert's W: w e^w = x, the branch 0 (w >= -1) or -1 (w <= -1), by Halley's iteration.
function lambert_w(x, branch)
    p = sqrt(max(0.0, 2*(exp(1)*x + 1)))
    w = branch == 0 ? -1 + p - p^2/3 : -1 - p - p^2/3
    if branch != 0 && x > -0.25
        w = log(-x) - log(-log(-x))
    elseif branch == 0 && x > 0.5
        w = log1p(x)
    end
    for step in 1:60
        e = exp(w)
        g = w*e - x
        slope = e*(w + 1) - (w + 2)*g/(2*(w + 1))
        (g == 0 || slope == 0) && break
        w -= g/slope
        abs(g/slope) <= 1e-16*abs(w) && break
    end
    return w
end
