"""Protocols of Twisted's own making that checks connect; these functions are copied into reproducers."""
# mypy: ignore-errors


def reversing_protocol(base, received, send):
    """Make one of twisted.protocols.basic that sends back what it hears, reversed, and leaves at `quit`.

    `received` and `send` are the names of the base's methods; `heard` is what it was told.
    """
    from twisted.protocols import basic

    def hear(self, text):
        self.heard.append(text)
        if text == b"quit":
            self.transport.loseConnection()
        else:
            getattr(self, send)(text[::-1])

    return type("Reversing", (getattr(basic, base),), {received: hear, "heard": []})()


def page_protocol():
    """Make the protocol of twisted.web's server; it serves one page."""
    from twisted.web.resource import Resource
    from twisted.web.server import Site

    class Page(Resource):
        isLeaf = True  # noqa: N815 - the name of twisted.web

        def render_GET(self, request):
            request.setHeader(b"date", b"today")
            return b"a page"

    return Site(Page(), timeout=None).buildProtocol(None)


def aborting_protocol(writes):
    """Make a protocol that aborts for each line, and has written so often before; `lost` is how often it lost."""
    from twisted.protocols.basic import LineReceiver

    class Aborting(LineReceiver):
        def lineReceived(self, line):
            self.heard.append(line)
            for _ in range(writes):
                self.transport.write(b"x")
            self.transport.abortConnection()

        def connectionLost(self, reason=None):
            self.lost += 1

    protocol = Aborting()
    protocol.heard, protocol.lost = [], 0
    return protocol
