"""StreamProducer: a stream read into a consumer, as fast as the consumer takes it.

Strategy: one loop reads and writes until the consumer pauses it, or the stream must be waited for, or it is
over. Whatever the consumer calls from inside `registerProducer` or `write` only changes what the loop sees
next, so nothing nests, however many chunks come at once. An answer that comes while paused is kept, one at
most. The end is one step, taken once: unregister, close the stream unless it ended by itself, fire the
Deferred.

It gives the reactor no turn of its own: a stream that never waits and a consumer that never pauses go through
in one call. It never finishes the consumer.

Obeys: history_06, module_15
"""

from contextlib import ExitStack
from typing import Any, cast

from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IPushProducer
from twisted.python.failure import Failure
from zope.interface import implementer

from web2stream._flow import NOTHING, WAITING, isDeferred, take
from web2stream._reply import shut
from web2stream.bytestream import Buffer, plainBytes


@implementer(IPushProducer)
class StreamProducer:
    """A push producer that gets its data by reading a stream.

    Args:
        stream: anything with `read`; None for no data at all.
        enforceStr: write plain bytes; if False, each object as it was read.

    Attributes:
        stream: as given.
        enforceStr: as given.
        consumer: who is written to; None before and after.
        paused: True while the consumer wants nothing.
        deferred: the stream's own Deferred while it is waited for, or None.
        finishedCallback: what `beginProducing` gave, until it fires.

    Obeys: producer_52, producer_82, producer_83, producer_84
    """

    consumer: Any = None
    paused = False
    deferred: Any = None
    finishedCallback: "Deferred[None] | None" = None

    def __init__(self, stream: Any, enforceStr: bool = True) -> None:
        self.stream = stream
        self.enforceStr = enforceStr
        self._kept: object = NOTHING  # an answer not yet written
        self._begun = False
        self._over = False
        self._closed = False
        self._busy = False
        self._releasing = False

    def beginProducing(self, consumer: Any) -> "Deferred[None]":
        """Register with a consumer and write all of the stream to it; once only.

        Args:
            consumer: an IConsumer without a producer. It is unregistered from in the end, and not finished.

        Returns:
            A Deferred: None after the last chunk was written, or the error of reading, of the consumer or of
            `stopProducing`; in case of an error the stream has been closed. Cancelling it closes the stream.

        Raises:
            RuntimeError: called a second time, or after `stopProducing`.
            Exception: the consumer's own, if it refuses to register; then this may begin again with another.

        Obeys: producer_53, producer_54, producer_55, producer_56, producer_57, producer_58, producer_59, producer_60,
        producer_61, producer_62, producer_63, producer_64, producer_85, producer_86, producer_87, producer_88,
        producer_89, producer_90, producer_91, producer_92, producer_93, producer_101, producer_105
        """
        if self._begun or self._over:
            raise RuntimeError("this StreamProducer has been used already")
        if self.stream is None:
            self._begun = self._over = True
            return succeed(None)
        self._begun = True
        self.paused = False
        self.consumer = consumer
        done = self.finishedCallback = Deferred(self._cancelled)
        self._busy = True
        try:
            consumer.registerProducer(self, True)
        except BaseException:
            self._begun = False
            self.consumer = self.finishedCallback = None
            raise
        finally:
            self._busy = False
        try:
            self._run()
        except BaseException:
            self._release()
            self._closeStream()
            raise
        return done

    def pauseProducing(self) -> None:
        """Write no more, and read no more.

        Obeys: producer_65, producer_67, producer_69, producer_70
        """
        self.paused = True

    def resumeProducing(self) -> None:
        """Go on.

        Obeys: producer_66, producer_68, producer_71
        """
        self.paused = False
        if self._begun:
            try:
                self._run()
            except BaseException:
                self._stop(Failure())
                raise

    def stopProducing(self, failure: Failure | BaseException | type[BaseException] | None = ConnectionLost) -> None:
        """End early: unregister, close the stream and fire the Deferred. Nothing happens a second time.

        An attribute of this name on the instance replaces it, and is then called, with the Failure, when a
        read fails; the Deferred then waits until the replacement calls the class's own.

        Args:
            failure: what the Deferred fails with (an exception class stands for an instance without
                arguments); None to fire it with None.

        Obeys: producer_72, producer_73, producer_74, producer_75, producer_76, producer_77, producer_78, producer_79,
        producer_80, producer_81, producer_98
        """
        if isinstance(failure, type):
            failure = failure()
        if isinstance(failure, BaseException):
            failure = Failure(failure)
        if not self._releasing:  # it has ended, and says so when the consumer has let it go
            self._stop(failure)

    def _run(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            while not (self.paused or self._over or self.deferred is not None):
                answer, self._kept = self._kept, NOTHING
                if answer is NOTHING:
                    answer = take(self._read, self._came)
                    if answer is WAITING:
                        return
                    self.deferred = None
                    self._kept = answer
                    continue
                self._handle(answer)
        finally:
            self._busy = False

    def _read(self) -> object:
        result = self.stream.read()
        if isDeferred(result):
            self.deferred = result
        return result

    def _came(self, answer: object) -> None:
        self.deferred = None
        if self._over:
            return
        self._kept = answer
        try:
            self._run()
        except BaseException:  # what can't pass a Deferred must still reach who waits
            self._stop(Failure())

    def _handle(self, answer: object) -> None:
        if answer is None:
            self._closed = True  # it closed itself
            self._fire(self._release())
        elif isinstance(answer, Failure):
            self._over = True
            try:
                self.stopProducing(answer)
            except Exception:
                self._stop(Failure())
            self._closeStream()
        else:
            try:
                self.consumer.write(plainBytes(cast("Buffer", answer)) if self.enforceStr else answer)
            except Exception:
                self._stop(Failure())

    def _stop(self, failure: Failure | None) -> None:
        with ExitStack() as end:  # each of them, though the one before is interrupted
            end.callback(self._fire, failure)
            end.callback(self._closeStream)
            self._release()

    def _closeStream(self) -> None:
        if not self._closed:
            self._closed = True
            shut(self.stream)

    def _release(self) -> Failure | None:
        """Read no more and let the consumer go; give its error."""
        self._over = True
        self._kept = NOTHING
        consumer, self.consumer = self.consumer, None
        if consumer is not None:
            self._releasing = True
            try:
                consumer.unregisterProducer()
            except Exception:
                return Failure()
            finally:
                self._releasing = False
        return None

    def _fire(self, failure: Failure | None) -> None:
        done, self.finishedCallback = self.finishedCallback, None
        if done is None:
            return
        if failure is None:
            done.callback(None)
        else:
            done.errback(failure)

    def _cancelled(self, _: object) -> None:
        self.finishedCallback = None
        self._stop(None)
