"""The stream module of twisted.web2, for today's Python."""
