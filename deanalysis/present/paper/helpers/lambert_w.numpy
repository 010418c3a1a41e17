def lambert_w(x, branch):
    """Lambert's W: w e^w = x, the branch 0 (w >= -1) or -1 (w <= -1)."""
    from scipy.special import lambertw

    return lambertw(x, branch).real
