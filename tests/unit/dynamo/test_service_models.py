"""Service models read by the fast decoder are those that botocore reads itself."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, create_loader

from pgddb.dynamo.service_models import FastJsonFiles, service_model_loader


@pytest.fixture
def ours() -> Any:
    """A loader that no client has used: botocore changes what it has loaded."""
    return service_model_loader.__wrapped__(None)


@pytest.mark.parametrize("name", ["endpoints", "partitions", "sdk-default-configuration"])
def test_a_file_reads_as_botocore_reads_it(ours: Any, name: str) -> None:
    assert ours.load_data(name) == create_loader(None).load_data(name)


def test_the_model_of_dynamodb_keeps_its_order(ours: Any) -> None:
    model = ours.load_service_model("dynamodb", "service-2")
    theirs = create_loader(None).load_service_model("dynamodb", "service-2")
    assert list(model["shapes"]) == list(theirs["shapes"])
    assert model == theirs


@pytest.mark.parametrize("name", ["dynamodb", "sts", "sso", "sso-oidc"])
@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1"])
def test_a_service_is_found_without_looking_for_all_others(ours: Any, name: str, kind: str) -> None:
    assert ours.load_service_model(name, kind) == create_loader(None).load_service_model(name, kind)


def test_a_service_that_is_not_there_is_said_to_be_missing(ours: Any) -> None:
    with pytest.raises(DataNotFoundError, match="dynamodbb"):
        ours.load_service_model("dynamodbb", "service-2")


def test_all_sessions_share_one_loader() -> None:
    assert service_model_loader(None) is service_model_loader(None)
    assert isinstance(service_model_loader(None).file_loader, FastJsonFiles)


def test_a_packed_file_is_read_and_a_missing_one_is_none(tmp_path: Path) -> None:
    (tmp_path / "packed.json.gz").write_bytes(gzip.compress(b'{"a": [1, "\\u00e9"]}'))
    assert FastJsonFiles().load_file(str(tmp_path / "packed")) == {"a": [1, "é"]}
    assert JSONFileLoader().load_file(str(tmp_path / "packed")) == {"a": [1, "é"]}
    assert FastJsonFiles().load_file(str(tmp_path / "none")) is None
