"""The reference, judged as any port is: one test for each clause on each of its parts."""

import streamgauge

test_web2stream = streamgauge.conformance("web2stream")
