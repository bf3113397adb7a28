"""Run the session of dynamodb_fdw's README as it is printed there, through psql."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.defined_server import OTHER_REGION, Account, account, key_schema, needs_psql, port, psql, serving

pytestmark = [pytest.mark.integration, needs_psql]

__all__ = ["account", "port"]

SET_UP = """
CREATE EXTENSION multicorn;
CREATE SERVER multicorn_dynamo FOREIGN DATA WRAPPER multicorn
    options (
        wrapper 'dynamodbfdw.dynamodbfdw.DynamoFdw'
    );
CREATE SCHEMA ddb_usw2;
IMPORT FOREIGN SCHEMA dynamodb
    FROM SERVER multicorn_dynamo
    INTO ddb_usw2
    OPTIONS ( aws_region 'us-west-2' );
"""

BY_HAND = """
CREATE FOREIGN TABLE fdwtest2 (
    oid TEXT,
    partition_key TEXT OPTIONS ( mapped_attr 'id', partition_key 'true' ),
    sort_key TEXT OPTIONS ( mapped_attr 'skey', sort_key 'true' ),
    lsi_sort_key TEXT OPTIONS (  mapped_attr 'skey2', lsi_name 'lsi1' ),
    gsi_partition_key TEXT OPTIONS ( mapped_attr 'pkey2', gsi_partition_key_gsi_name 'gsi1' ),
    gsi_sort_key TEXT OPTIONS ( mapped_attr 'skey2', gsi_sort_key_gsi_name 'gsi1' ),
    document JSON OPTIONS ( ddb_document 'true' )
) SERVER multicorn_dynamo OPTIONS (
    aws_region 'us-west-2',
    table_name 'fdwtest2'
);
"""

DESCRIBED = """\
                                                             Foreign table "ddb_usw2.fdwtest3"
         Column          | Type | Collation | Nullable | Default |                                       FDW options                                        
-------------------------+------+-----------+----------+---------+------------------------------------------------------------------------------------------
 oid                     | text |           |          |         | 
 TenantId                | text |           |          |         | (mapped_attr 'TenantId', partition_key 'true')
 UserId                  | text |           |          |         | (mapped_attr 'UserId', sort_key 'true')
 UserLastName            | text |           |          |         | (lsi_name 'UserLastNameLsi', mapped_attr 'UserLastName')
 DepartmentId            | text |           |          |         | (gsi_partition_key_gsi_name 'DepartmentGsi2,DepartmentGsi1', mapped_attr 'DepartmentId')
 DepartmentSomethingElse | text |           |          |         | (gsi_sort_key_gsi_name 'DepartmentGsi2', mapped_attr 'DepartmentSomethingElse')
 DepartmentHierarchy     | text |           |          |         | (gsi_sort_key_gsi_name 'DepartmentGsi1', mapped_attr 'DepartmentHierarchy')
 document                | json |           |          |         | (ddb_document 'true')
Server: multicorn_dynamo
FDW options: (aws_region 'us-west-2', parallel_scan_count '8', table_name 'fdwtest3')
"""  # noqa: E501, W291 - as psql prints it

USER = {
    "TenantId": {"S": "urn:tenant:6"},
    "UserId": {"S": "urn:tenant:6:user:1"},
    "UserLastName": {"S": "User 1 Guy"},
    "UValue": {"N": "1"},
    "DepartmentSomethingElse": {"S": "SomethingElse"},
    "DepartmentId": {"S": "urn:tenant:6:department:1"},
    "SValue": {"N": "6"},
    "DepartmentHierarchy": {"S": "00186"},
}


def _index(name: str, *keys: str) -> dict[str, object]:
    return {"IndexName": name, "KeySchema": key_schema(*keys), "Projection": {"ProjectionType": "ALL"}}


@pytest.fixture
def readme(account: Account) -> Account:
    """Make the README's tables in us-west-2."""
    account.create(
        "fdwtest2",
        {"id": "S", "skey": "S"},
        region=OTHER_REGION,
        attributes={"skey2": "S", "pkey2": "S"},
        LocalSecondaryIndexes=[_index("lsi1", "id", "skey2")],
        GlobalSecondaryIndexes=[_index("gsi1", "pkey2", "skey2")],
    )
    account.create(
        "fdwtest3",
        {"TenantId": "S", "UserId": "S"},
        region=OTHER_REGION,
        attributes=dict.fromkeys(
            ("UserLastName", "DepartmentId", "DepartmentSomethingElse", "DepartmentHierarchy"), "S"
        ),
        LocalSecondaryIndexes=[_index("UserLastNameLsi", "TenantId", "UserLastName")],
        GlobalSecondaryIndexes=[
            _index("DepartmentGsi2", "DepartmentId", "DepartmentSomethingElse"),
            _index("DepartmentGsi1", "DepartmentId", "DepartmentHierarchy"),
        ],
    )
    for number in (453, 877):
        for lead in ("key2", "key"):
            keys = {"id": {"S": f"key{number}"}, "skey": {"S": f"{lead}{number}"}}
            account.put("fdwtest2", {**keys, "text": {"S": f"hello {number}"}}, region=OTHER_REGION)
    account.put("fdwtest3", USER, region=OTHER_REGION)
    return account


async def test_the_development_session_runs_as_printed(readme: Account, port: int) -> None:
    shown = await psql(port, SET_UP + "\\d ddb_usw2.fdwtest3\n\\x\nSELECT * FROM ddb_usw2.fdwtest3 LIMIT 1;")
    assert shown.startswith("CREATE EXTENSION\nCREATE SERVER\nCREATE SCHEMA\nIMPORT FOREIGN SCHEMA\n")
    assert DESCRIBED in shown
    assert 'oid                     | {"TenantId": "urn:tenant:6", "UserId": "urn:tenant:6:user:1"}\n' in shown
    assert "DepartmentHierarchy     | 00186\n" in shown
    assert '"UserLastName": "User 1 Guy"' in shown


async def test_the_docker_session_needs_no_server_of_its_own(readme: Account, port: int) -> None:
    shown = await psql(port, SET_UP[SET_UP.index("CREATE SCHEMA") :] + "SELECT count(*) FROM ddb_usw2.fdwtest2;", "-tA")
    assert shown.startswith("CREATE SCHEMA\nIMPORT FOREIGN SCHEMA\n")
    assert shown.endswith("\n4\n")


async def test_the_hand_written_table_answers_the_queries_and_takes_the_writes(readme: Account, port: int) -> None:
    script = BY_HAND + "\n".join(
        [
            "SELECT count(*) FROM (SELECT document FROM fdwtest2 LIMIT 10) s;",
            "SELECT document->>'text', sort_key FROM fdwtest2 WHERE partition_key = 'key877' ORDER BY 2;",
            "explain SELECT * FROM fdwtest2 WHERE partition_key = 'woot' and sort_key like 'abc%' LIMIT 1;",
            "SELECT partition_key, count(*)\n   FROM fdwtest2\n   GROUP BY 1 ORDER BY count desc, 1 LIMIT 5;",
            "SELECT document FROM fdwtest2\n   WHERE document->>'text' = 'hello 453';",
            "DELETE FROM fdwtest2\n   WHERE document->>'text' = 'hello 453';",
            """INSERT INTO fdwtest2 (partition_key, sort_key, document)
   SELECT
     'key' || s,
     'key3' || s,
     json_build_object('text', 'hello ' || s, 'another-key', 'else')
   FROM generate_series(1, 2) s RETURNING partition_key, sort_key, document;""",
            "BEGIN;\nDELETE FROM fdwtest2 WHERE partition_key = 'key877';\nROLLBACK;",
        ]
    )
    lines = (await psql(port, script, "-tA", "-c", "SET pgddb.notices = off", "-f", "-")).splitlines()
    assert lines[:5] == ["SET", "CREATE FOREIGN TABLE", "4", "hello 877|key2877", "hello 877|key877"]
    assert any("Query on fdwtest2" in line for line in lines)
    assert any("""Key Condition: id = 'woot' AND begins_with(skey, 'abc')""" in line for line in lines)
    assert [line for line in lines if line.endswith("|2")] == ["key453|2", "key877|2"]
    assert "DELETE 2" in lines
    assert any(line.startswith("key1|key31|{") for line in lines)
    assert lines[-4:] == ["INSERT 0 2", "BEGIN", "DELETE 2", "ROLLBACK"]
    left = readme.client(OTHER_REGION).scan(TableName="fdwtest2")["Items"]
    assert sorted(item["id"]["S"] for item in left) == ["key1", "key2", "key877", "key877"]


async def test_a_restart_forgets_nothing(readme: Account, tmp_path: Path) -> None:
    directory = tmp_path / "catalog"
    async with serving(readme.endpoint, directory) as first:
        await psql(first, SET_UP + BY_HAND)
    async with serving(readme.endpoint, directory) as second:
        shown = await psql(
            second, "\\d ddb_usw2.fdwtest3\nSELECT count(*) FROM fdwtest2;\n\\dx multicorn", "-P", "pager=off"
        )
    assert DESCRIBED in shown
    assert " multicorn | 1.0" in shown
    assert "     4\n" in shown
