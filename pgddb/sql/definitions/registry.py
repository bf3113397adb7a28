"""Choose the reader of a definition by its command tag."""

from __future__ import annotations

from collections.abc import Callable

from pgddb.sql.definitions.comments import CommentOn, comment_on
from pgddb.sql.definitions.foreign_tables import (
    AlterForeignTable,
    CreateForeignTable,
    ImportForeignSchema,
    alter_foreign_table,
    alter_view,
    create_foreign_table,
    import_foreign_schema,
)
from pgddb.sql.definitions.schemas import (
    CreateSchema,
    DropRelations,
    DropSchema,
    create_schema,
    drop_relations,
    drop_schema,
)
from pgddb.sql.definitions.servers import (
    AlterServer,
    AlterUserMapping,
    CreateExtension,
    CreateServer,
    CreateUserMapping,
    DropExtension,
    DropServer,
    DropUserMapping,
    alter_server,
    alter_user_mapping,
    create_extension,
    create_server,
    create_user_mapping,
    drop_extension,
    drop_server,
    drop_user_mapping,
)
from pgddb.sql.definitions.tables import (
    AlterTable,
    CreateIndex,
    CreateTable,
    alter_table,
    create_index,
    create_table,
)
from pgddb.sql.definitions.views import CreateView, create_view
from pgddb.sql.reader import Reader

Definition = (
    CreateSchema
    | DropSchema
    | CreateExtension
    | DropExtension
    | CreateServer
    | AlterServer
    | DropServer
    | CreateUserMapping
    | AlterUserMapping
    | DropUserMapping
    | ImportForeignSchema
    | CreateForeignTable
    | AlterForeignTable
    | CreateView
    | DropRelations
    | CommentOn
    | CreateTable
    | AlterTable
    | CreateIndex
)

READERS: dict[str, Callable[[Reader], Definition]] = {
    "CREATE SCHEMA": create_schema,
    "DROP SCHEMA": drop_schema,
    "CREATE EXTENSION": create_extension,
    "DROP EXTENSION": drop_extension,
    "CREATE SERVER": create_server,
    "ALTER SERVER": alter_server,
    "DROP SERVER": drop_server,
    "CREATE USER MAPPING": create_user_mapping,
    "ALTER USER MAPPING": alter_user_mapping,
    "DROP USER MAPPING": drop_user_mapping,
    "IMPORT FOREIGN SCHEMA": import_foreign_schema,
    "CREATE FOREIGN TABLE": create_foreign_table,
    "ALTER FOREIGN TABLE": alter_foreign_table,
    "DROP FOREIGN TABLE": drop_relations,
    "CREATE VIEW": create_view,
    "ALTER VIEW": alter_view,
    "DROP VIEW": drop_relations,
    "COMMENT": comment_on,
    "CREATE TABLE": create_table,
    "ALTER TABLE": alter_table,
    "DROP TABLE": drop_relations,
    "CREATE INDEX": create_index,
    "DROP INDEX": drop_relations,
}


def read_definition(reader: Reader, tag: str) -> Definition | None:
    """Read a definition to its end; None for a kind that pgddb does not carry out.

    Raises:
        SqlSyntaxError: it is not as PostgreSQL's grammar has it.
        FeatureNotSupported: it asks for what pgddb does not do.
    """
    read = READERS.get(tag)
    if read is None:
        return None
    found = read(reader)
    reader.end()
    return found
