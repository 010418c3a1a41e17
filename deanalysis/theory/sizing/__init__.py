"""How large to build, and what is left: small stuck sets, floors, and sizes."""
