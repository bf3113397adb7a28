"""aiohttp is imported without authorities, and everything else has them."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys

from pgddb.cli.unused_authorities import READERS, without_authorities

PROGRAM = """
import json, ssl
from pgddb.cli.unused_authorities import without_authorities
with without_authorities():
    import pgddb.dynamo.store
from aiohttp import connector
from pgddb.dynamo.client import tls_context
aiohttp_s = [connector._SSL_CONTEXT_VERIFIED, connector._SSL_CONTEXT_UNVERIFIED]
print(json.dumps([[context.cert_store_stats()["x509_ca"] for context in aiohttp_s],
                  tls_context(True).cert_store_stats()["x509_ca"],
                  connector._SSL_CONTEXT_VERIFIED.verify_mode == ssl.CERT_REQUIRED]))
"""


def test_what_aiohttp_makes_for_itself_trusts_nobody_and_requests_to_aws_trust_aws_s_authorities() -> None:
    found = subprocess.run([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, check=True)
    of_aiohttp, of_requests, verifies = json.loads(found.stdout)
    assert of_aiohttp == [0, 0]
    assert of_requests > 0
    assert verifies


def test_contexts_are_as_they_were_afterwards() -> None:
    before = [getattr(ssl.SSLContext, name) for name in READERS]
    own = [name in vars(ssl.SSLContext) for name in READERS]
    with without_authorities():
        assert ssl.create_default_context().cert_store_stats()["x509_ca"] == 0
    assert [getattr(ssl.SSLContext, name) for name in READERS] == before
    assert [name in vars(ssl.SSLContext) for name in READERS] == own
