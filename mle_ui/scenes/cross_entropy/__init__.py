"""Cross-entropy: H(p, q) = H(p) + D(p‖q), over θ, and as the length of messages."""
