"""The checks, one module per stem."""
