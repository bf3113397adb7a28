"""Name the faults that a test of writes asks of the proxy: those that a commit must survive, and those that end it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.fakes.fault_proxy import Fault, canceled, carried_out, error, html_error, reset, truncated, unprocessed

ALWAYS = 1_000_000


@dataclass(frozen=True)
class FaultPlan:
    """What to break: requests of an operation ("reads" and "writes" are groups), from number `first` on.

    `passes` says that a client which tries again gets through.
    """

    kind: str
    operations: str
    first: int
    times: int
    passes: bool

    def make(self) -> Fault:
        return KINDS[self.kind]()


def _throttled() -> Fault:
    return error("ProvisionedThroughputExceededException")


KINDS: dict[str, Callable[[], Fault]] = {
    "throttled": _throttled,
    "reset": lambda: reset,
    "server error": lambda: error("InternalServerError", 500),
    "bad gateway": html_error,
    "truncated": lambda: truncated,
    "done, then reset": lambda: carried_out(reset),
    "done, then server error": lambda: carried_out(error("InternalServerError", 500)),
    "one unprocessed": lambda: unprocessed(1),
    "all unprocessed": lambda: unprocessed(25),
    "conflict": lambda: canceled("TransactionConflict"),
    "throttled transaction": lambda: canceled("None", "ThrottlingError"),
    "denied": lambda: error("AccessDeniedException"),
    "failed condition": lambda: canceled("ConditionalCheckFailed"),
}

_EVERYWHERE = ("throttled", "reset", "server error", "bad gateway", "truncated")
_WRITES_ONLY = ("done, then reset", "done, then server error")

FAULTS: st.SearchStrategy[FaultPlan] = st.one_of(
    st.builds(
        FaultPlan,
        st.sampled_from(_EVERYWHERE),
        st.sampled_from(("reads", "writes", "writes")),
        st.integers(1, 3),
        st.integers(1, 2),
        st.just(value=True),
    ),
    st.builds(
        FaultPlan,
        st.sampled_from(_WRITES_ONLY),
        st.just("writes"),
        st.integers(1, 3),
        st.integers(1, 2),
        st.just(value=True),
    ),
    st.builds(
        FaultPlan,
        st.sampled_from(("one unprocessed", "all unprocessed")),
        st.just("BatchWriteItem"),
        st.integers(1, 3),
        st.integers(1, 2),
        st.just(value=True),
    ),
    st.builds(
        FaultPlan,
        st.sampled_from(("conflict", "throttled transaction")),
        st.just("TransactWriteItems"),
        st.just(1),
        st.integers(1, 2),
        st.just(value=True),
    ),
    st.builds(
        FaultPlan,
        st.sampled_from(("denied", "done, then reset", "done, then server error", "reset")),
        st.just("writes"),
        st.integers(1, 4),
        st.just(ALWAYS),
        st.just(value=False),
    ),
    st.builds(FaultPlan, st.just("denied"), st.just("reads"), st.integers(1, 2), st.just(ALWAYS), st.just(value=False)),
    st.builds(
        FaultPlan,
        st.just("failed condition"),
        st.just("TransactWriteItems"),
        st.just(1),
        st.just(1),
        st.just(value=False),
    ),
)
