"""The rules of the house, as tests: each rule is a function over source text, first shown to fail."""
