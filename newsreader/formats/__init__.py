"""How dates are written at the desk, where that is not as Django does it."""
