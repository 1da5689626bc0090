"""What a gathering comes to: minutes, aide-memoire, exports, and what is carried over."""
