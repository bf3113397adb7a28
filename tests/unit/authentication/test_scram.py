"""The server's side of SCRAM says what PostgreSQL says, to good and to bad clients."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scramp import ScramClient

from pgddb.authentication import ChannelBinding, ScramExchange, ScramVerifier, make_verifier, mechanisms
from pgddb.authentication.verifier import mock_verifier
from pgddb.errors import SqlError

BINDING = ChannelBinding(b"\x01" * 32)
PENCIL = (
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
    ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
)
"""Of RFC 7677's example, password "pencil"; the keys are those that PostgreSQL 15 makes of it."""


def test_a_verifier_is_what_postgresql_makes() -> None:
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    assert make_verifier("pencil", salt=salt).text() == PENCIL
    assert ScramVerifier.parse(PENCIL).text() == PENCIL


@pytest.mark.parametrize("text", ["secret", "md5" + "0" * 32, PENCIL[:-4], PENCIL.replace("4096", "0"), ""])
def test_what_is_no_verifier_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a SCRAM-SHA-256 verifier"):
        ScramVerifier.parse(text)


def test_a_verifier_does_not_show_itself() -> None:
    assert repr(ScramVerifier.parse(PENCIL)) == "ScramVerifier(iterations=4096)"


def first_of(client: ScramClient) -> bytes:
    return str(client.get_client_first()).encode()


@pytest.mark.parametrize("password", ["pencil", "p\u00e4ssw\u00f6rt \u2168", "\u00a0x"])
def test_the_right_password_is_taken_and_the_server_proves_itself(password: str) -> None:
    exchange = ScramExchange(make_verifier(password), "SCRAM-SHA-256", None)
    client = ScramClient(["SCRAM-SHA-256"], "ann", password)
    client.set_server_first(exchange.first(first_of(client)).decode())
    proof = exchange.final(client.get_client_final().encode())
    assert proof is not None
    client.set_server_final(proof.decode())


def test_channel_binding_binds() -> None:
    for end_point, accepted in ((b"\x01" * 32, True), (b"\x02" * 32, False)):
        exchange = ScramExchange(ScramVerifier.parse(PENCIL), "SCRAM-SHA-256-PLUS", BINDING)
        client = ScramClient(
            ["SCRAM-SHA-256-PLUS"], "ann", "pencil", channel_binding=("tls-server-end-point", end_point)
        )
        client.set_server_first(exchange.first(first_of(client)).decode())
        final = client.get_client_final().encode()
        if accepted:
            assert exchange.final(final) is not None
        else:
            with pytest.raises(SqlError, match="SCRAM channel binding check failed"):
                exchange.final(final)


def test_a_wrong_password_is_not_taken() -> None:
    for verifier in (ScramVerifier.parse(PENCIL), mock_verifier("nobody", b"x")):
        exchange = ScramExchange(verifier, "SCRAM-SHA-256", None)
        client = ScramClient(["SCRAM-SHA-256"], "ann", "pen")
        client.set_server_first(exchange.first(first_of(client)).decode())
        assert exchange.final(client.get_client_final().encode()) is None


def test_an_unknown_user_has_the_same_salt_each_time() -> None:
    salts = {mock_verifier("nobody", b"secret").salt for _ in range(3)}
    assert len(salts) == 1
    assert salts != {mock_verifier("somebody", b"secret").salt}


def test_plus_is_offered_over_tls_only() -> None:
    assert mechanisms(None) == ("SCRAM-SHA-256",)
    assert mechanisms(ChannelBinding(None)) == ("SCRAM-SHA-256",)
    assert mechanisms(BINDING) == ("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")


@pytest.mark.parametrize(
    ("mechanism", "binding", "first", "error"),
    [
        ("SCRAM-SHA-1", None, b"", "08P01 client selected an invalid SASL authentication mechanism"),
        ("SCRAM-SHA-256-PLUS", None, b"", "08P01 client selected an invalid SASL authentication mechanism"),
        ("SCRAM-SHA-256", None, b"x,,n=,r=abc", "08P01 malformed SCRAM message"),
        ("SCRAM-SHA-256", None, b"n,,n=,r=", "08P01 non-printable characters in SCRAM nonce"),
        ("SCRAM-SHA-256", None, b"n,,n=,r=\x01", "08P01 non-printable characters in SCRAM nonce"),
        ("SCRAM-SHA-256", None, b"n,,r=abc", "08P01 malformed SCRAM message"),
        ("SCRAM-SHA-256", None, b"\xff", "08P01 malformed SCRAM message"),
        ("SCRAM-SHA-256", None, b"n,a=bob,n=,r=abc", "0A000 client uses authorization identity"),
        ("SCRAM-SHA-256", None, b"n,,m=x,n=,r=abc", "0A000 client requires an unsupported SCRAM extension"),
        ("SCRAM-SHA-256", None, b"p=tls-server-end-point,,n=,r=abc", "08P01 malformed SCRAM message"),
        ("SCRAM-SHA-256", BINDING, b"y,,n=,r=abc", "28000 SCRAM channel binding negotiation error"),
        ("SCRAM-SHA-256-PLUS", BINDING, b"n,,n=,r=abc", "08P01 malformed SCRAM message"),
        ("SCRAM-SHA-256-PLUS", BINDING, b"p=tls-unique,,n=,r=abc", "08P01 unsupported SCRAM channel-binding type"),
    ],
)
def test_a_wrong_first_message_is_refused_as_postgresql_does(
    mechanism: str, binding: ChannelBinding | None, first: bytes, error: str
) -> None:
    with pytest.raises(SqlError) as raised:
        ScramExchange(ScramVerifier.parse(PENCIL), mechanism, binding).first(first)
    assert f"{raised.value.sqlstate} {raised.value.message}".startswith(error)


@pytest.mark.parametrize(
    ("final", "error"),
    [
        ("c=biws,r={nonce},p=eA==", "malformed SCRAM message"),
        ("c=biws,r=other,p={proof}", "invalid SCRAM response"),
        ("c=eSws,r={nonce},p={proof}", "SCRAM channel binding check failed"),
        ("c=biws,r={nonce}", "malformed SCRAM message"),
        ("", "malformed SCRAM message"),
    ],
)
def test_a_wrong_last_message_is_refused_as_postgresql_does(final: str, error: str) -> None:
    exchange = ScramExchange(ScramVerifier.parse(PENCIL), "SCRAM-SHA-256", None)
    nonce = exchange.first(b"n,,n=,r=abc").decode().split(",")[0][2:]
    with pytest.raises(SqlError, match=error):
        exchange.final(final.format(nonce=nonce, proof=base64.b64encode(bytes(32)).decode()).encode())


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_are_refused_or_wrong(first: bytes, final: bytes) -> None:
    exchange = ScramExchange(ScramVerifier.parse(PENCIL), "SCRAM-SHA-256", None)
    try:
        exchange.first(b"n,,n=,r=" + first)
        assert exchange.final(final) is None
    except SqlError as error:
        assert error.sqlstate in {"08P01", "28000", "0A000"}
