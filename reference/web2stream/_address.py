"""The address that a transport gives where there is no network: protocols log it, or make URLs of it."""

from dataclasses import dataclass

from twisted.internet.interfaces import IAddress
from zope.interface import implementer


@implementer(IAddress)
@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Either end of a connection that is no network's.

    Attributes:
        host: what protocols that make URLs of an address may show.
        port: likewise; the one that URLs leave out.
    """

    host: str = "localhost"
    port: int = 80
