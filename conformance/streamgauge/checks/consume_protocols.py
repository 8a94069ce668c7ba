"""Protocols of Twisted's own making that checks connect; these functions are copied into reproducers."""
# mypy: ignore-errors


def line_protocol():
    """Make a protocol that sends each line back, reversed, and leaves at `quit`; `heard` is what it was told."""
    from twisted.protocols.basic import LineReceiver

    class Lines(LineReceiver):
        def lineReceived(self, line):
            self.heard.append(line)
            if line == b"quit":
                self.transport.loseConnection()
            else:
                self.sendLine(line[::-1])

    protocol = Lines()
    protocol.heard = []
    return protocol


def netstring_protocol():
    """Make a protocol that sends each string back, reversed, and leaves at `quit`; `heard` is what it was told."""
    from twisted.protocols.basic import NetstringReceiver

    class Netstrings(NetstringReceiver):
        def stringReceived(self, string):
            self.heard.append(string)
            if string == b"quit":
                self.transport.loseConnection()
            else:
                self.sendString(string[::-1])

    protocol = Netstrings()
    protocol.heard = []
    return protocol


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


def aborting_protocol():
    """Make a protocol that aborts for each line; `heard` is what it was told, `lost` how often it lost."""
    from twisted.protocols.basic import LineReceiver

    class Aborting(LineReceiver):
        def lineReceived(self, line):
            self.heard.append(line)
            self.transport.abortConnection()

        def connectionLost(self, reason=None):
            self.lost += 1

    protocol = Aborting()
    protocol.heard, protocol.lost = [], 0
    return protocol
