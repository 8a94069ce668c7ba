"""A module that installs the default reactor when it is imported. Nothing here imports it; a fresh interpreter does."""

import twisted.internet.reactor  # noqa: F401
