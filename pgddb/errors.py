"""Name every error that reaches a client, one class for each SQLSTATE that we raise.

Source: https://www.postgresql.org/docs/15/errcodes-appendix.html
"""

from __future__ import annotations


class SqlError(Exception):
    """An error as PostgreSQL reports it.

    Attributes:
        message: lower case, no full stop, names in double quotes.
        detail: a second sentence with the particulars, or None.
        hint: what the user can do about it, or None.
        position: 1-based character position in the query text, or None.
        where: the context in which it happened, or None.
    """

    sqlstate = "XX000"
    severity = "ERROR"

    def __init__(
        self,
        message: str,
        *,
        detail: str | None = None,
        hint: str | None = None,
        position: int | None = None,
        where: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = position
        self.where = where


class FatalError(SqlError):
    """An error after which the connection ends."""

    severity = "FATAL"


# Class 08: connection exception


class ConnectionFailure(SqlError):
    """DynamoDB cannot be reached."""

    sqlstate = "08006"


class ProtocolViolation(FatalError):
    """The client broke the frontend/backend protocol."""

    sqlstate = "08P01"


class MalformedMessage(SqlError):
    """A well-framed message whose body is wrong: PostgreSQL refuses it and goes on."""

    sqlstate = "08P01"


# Class 0A: feature not supported


class FeatureNotSupported(SqlError):
    """The statement asks for something that pgddb does not do."""

    sqlstate = "0A000"


class UnsupportedProtocol(FatalError):
    """The client speaks a protocol that is not version 3."""

    sqlstate = "0A000"


# Class 21, 22: cardinality violation, data exception


class CardinalityViolation(SqlError):
    """A subquery used as an expression returned more than one row."""

    sqlstate = "21000"


class DataException(SqlError):
    """A value is wrong in a way that has no narrower name."""

    sqlstate = "22000"


class StringDataRightTruncation(SqlError):
    """A value is too long for its type."""

    sqlstate = "22001"


class NumericValueOutOfRange(SqlError):
    """A number does not fit its type."""

    sqlstate = "22003"


class NullValueNotAllowed(SqlError):
    """An argument that must not be NULL is."""

    sqlstate = "22004"


class InvalidDatetimeFormat(SqlError):
    """A text is no date or time."""

    sqlstate = "22007"


class DatetimeFieldOverflow(SqlError):
    """A date or time is out of range."""

    sqlstate = "22008"


class InvalidTimeZoneDisplacementValue(SqlError):
    """A time zone is further from UTC than any."""

    sqlstate = "22009"


class DivisionByZero(SqlError):
    """A division by zero."""

    sqlstate = "22012"


class IntervalFieldOverflow(SqlError):
    """A part of an interval is too large."""

    sqlstate = "22015"


class InvalidEscapeSequence(SqlError):
    """What stands after ESCAPE is more than one character."""

    sqlstate = "22025"


class InvalidParameterValue(SqlError):
    """A setting or an argument has a value that it cannot have."""

    sqlstate = "22023"


class CharacterNotInRepertoire(SqlError):
    """Bytes that are not valid UTF-8."""

    sqlstate = "22021"


class UntranslatableCharacter(SqlError):
    """A character that the encoding of the client does not have."""

    sqlstate = "22P05"


class ZeroLengthCharacterString(SqlError):
    """A key attribute is empty, which DynamoDB refuses."""

    sqlstate = "2200F"


class InvalidArgumentForNthValue(SqlError):
    """nth_value counts from 1."""

    sqlstate = "22016"


class SubstringError(SqlError):
    """A part of a text is asked for that no text has."""

    sqlstate = "22011"


class StringDataLengthMismatch(SqlError):
    """Bit strings of different lengths are combined."""

    sqlstate = "22026"


class ArraySubscriptError(SqlError):
    """An index is outside of what it counts in."""

    sqlstate = "2202E"


class InvalidArgumentForLogarithm(SqlError):
    """A logarithm of what has none."""

    sqlstate = "2201E"


class InvalidArgumentForPowerFunction(SqlError):
    """A power or root that is no real number."""

    sqlstate = "2201F"


class InvalidArgumentForJsonPath(SqlError):
    """An argument of a JSON path's method has no place there."""

    sqlstate = "22031"


class InvalidJsonSubscript(SqlError):
    """A subscript in a JSON path is not inside the array."""

    sqlstate = "22033"


class NonNumericJsonItem(SqlError):
    """A JSON path reckons with what is no number."""

    sqlstate = "22036"


class SingletonJsonItemRequired(SqlError):
    """A JSON path has several values where one is wanted."""

    sqlstate = "22038"


class JsonArrayNotFound(SqlError):
    """A JSON path looks for elements in what is no array."""

    sqlstate = "22039"


class JsonMemberNotFound(SqlError):
    """A JSON path names a member that is not there, or asks for one of what is no object."""

    sqlstate = "2203A"


class JsonObjectNotFound(SqlError):
    """A JSON path asks for the members of what is no object."""

    sqlstate = "2203C"


class InvalidRegularExpression(SqlError):
    """A pattern that is no regular expression."""

    sqlstate = "2201B"


class InvalidTextRepresentation(SqlError):
    """A text is not valid input for its type."""

    sqlstate = "22P02"


class InvalidBinaryRepresentation(SqlError):
    """Bytes are not valid binary input for their type."""

    sqlstate = "22P03"


class BadCopyFileFormat(SqlError):
    """What COPY reads is not in the format that it was told."""

    sqlstate = "22P04"


# Class 23: integrity constraint violation


class UniqueViolation(SqlError):
    """An item with this primary key exists already."""

    sqlstate = "23505"


class NotNullViolation(SqlError):
    """A key attribute is missing or null."""

    sqlstate = "23502"


# Class 25: invalid transaction state


class ActiveSqlTransaction(SqlError):
    """A transaction is running where none may be."""

    sqlstate = "25001"


class ReadOnlySqlTransaction(SqlError):
    """A write in a read-only transaction or server."""

    sqlstate = "25006"


class NoActiveSqlTransaction(SqlError):
    """No transaction is running where one must be."""

    sqlstate = "25P01"


class IdleInTransactionSessionTimeout(FatalError):
    """The client let a transaction wait too long."""

    sqlstate = "25P03"


class InFailedSqlTransaction(SqlError):
    """The transaction has failed and waits for its end."""

    sqlstate = "25P02"


# Class 26, 34, 3B, 3D, 3F: names of statements, cursors, savepoints, catalogs, schemas


class InvalidSqlStatementName(SqlError):
    """No prepared statement of this name."""

    sqlstate = "26000"


class InvalidAuthorizationSpecification(FatalError):
    """The client may not connect as this user."""

    sqlstate = "28000"


class InvalidPassword(FatalError):
    """The password is wrong."""

    sqlstate = "28P01"


class InsufficientPrivilege(SqlError):
    """The user may not do this, whatever AWS allows the server."""

    sqlstate = "42501"


class AccessDenied(SqlError):
    """AWS does not accept the credentials or forbids the request."""

    sqlstate = "42501"


class InvalidCursorName(SqlError):
    """No portal or cursor of this name."""

    sqlstate = "34000"


class InvalidSavepointSpecification(SqlError):
    """No savepoint of this name."""

    sqlstate = "3B001"


class InvalidCatalogName(FatalError):
    """No database of this name."""

    sqlstate = "3D000"


class UndefinedDatabase(SqlError):
    """A function names a database that does not exist."""

    sqlstate = "3D000"


class InvalidSchemaName(SqlError):
    """No schema of this name."""

    sqlstate = "3F000"


# Class 2B: dependent objects


class DependentObjectsStillExist(SqlError):
    """Something else is made of what should be dropped."""

    sqlstate = "2BP01"


# Class 40: transaction rollback


class SerializationFailure(SqlError):
    """Another writer changed an item first."""

    sqlstate = "40001"


class DeadlockDetected(SqlError):
    """The session would wait for a lock whose holder waits for it."""

    sqlstate = "40P01"


class StatementCompletionUnknown(SqlError):
    """A COMMIT broke in the middle: some items are written, or may be. It must not be retried blindly."""

    sqlstate = "40003"


# Class 42: syntax error or access rule violation


class CannotCoerce(SqlError):
    """There is no cast between two types."""

    sqlstate = "42846"


class SqlSyntaxError(SqlError):
    """The text is not SQL."""

    sqlstate = "42601"


class InvalidName(SqlError):
    """A name that cannot be one."""

    sqlstate = "42602"


class UndefinedColumn(SqlError):
    """No column of this name."""

    sqlstate = "42703"


class AmbiguousFunction(SqlError):
    """Several functions have this name."""

    sqlstate = "42725"


class UndefinedFunction(SqlError):
    """No function or operator of this name for these types."""

    sqlstate = "42883"


class UndefinedTable(SqlError):
    """The relation is not in the catalog."""

    sqlstate = "42P01"


class UndefinedParameter(SqlError):
    """A parameter that the statement does not have."""

    sqlstate = "42P02"


class AmbiguousParameter(SqlError):
    """A parameter stands in places that want different types."""

    sqlstate = "42P08"


class UndefinedObject(SqlError):
    """No setting, type or other object of this name."""

    sqlstate = "42704"


class DuplicateColumn(SqlError):
    """A column is named twice where it may be named once."""

    sqlstate = "42701"


class DuplicateCursor(SqlError):
    """A cursor or portal of this name exists already."""

    sqlstate = "42P03"


class DuplicateObject(SqlError):
    """An object of this name is there already."""

    sqlstate = "42710"


class InvalidCursorDefinition(SqlError):
    """DECLARE asks for things that exclude each other."""

    sqlstate = "42P11"


class DuplicatePreparedStatement(SqlError):
    """A prepared statement of this name exists already."""

    sqlstate = "42P05"


class DuplicateSchema(SqlError):
    """A schema of this name is there already."""

    sqlstate = "42P06"


class DuplicateTable(SqlError):
    """A relation of this name is there already."""

    sqlstate = "42P07"


class InvalidObjectDefinition(SqlError):
    """A definition cannot be meant so: a view that reads itself."""

    sqlstate = "42P17"


class InvalidTableDefinition(SqlError):
    """A table or view cannot be defined or changed so."""

    sqlstate = "42P16"


class ReservedName(SqlError):
    """The name is kept for the system."""

    sqlstate = "42939"


class AmbiguousColumn(SqlError):
    """Several columns answer to this name."""

    sqlstate = "42702"


class DuplicateAlias(SqlError):
    """Two entries of FROM or WITH have the same name."""

    sqlstate = "42712"


class AmbiguousRelation(SqlError):
    """Several tables answer to this name."""

    sqlstate = "42P09"


class DatatypeMismatch(SqlError):
    """An expression has a type that cannot stand there."""

    sqlstate = "42804"


class IndeterminateDatatype(SqlError):
    """The type of a parameter cannot be inferred."""

    sqlstate = "42P18"


class InvalidColumnReference(SqlError):
    """Columns are named that have no such meaning together, such as a unique key that does not exist."""

    sqlstate = "42P10"


class GroupingError(SqlError):
    """A column must appear in GROUP BY or in an aggregate."""

    sqlstate = "42803"


class WrongObjectType(SqlError):
    """The object is not of the kind that the statement needs."""

    sqlstate = "42809"


class InvalidRecursion(SqlError):
    """A query of WITH RECURSIVE mentions itself where it must not."""

    sqlstate = "42P19"


class WindowingError(SqlError):
    """A window's frame cannot be meant so."""

    sqlstate = "42P20"


# Class 53, 54: insufficient resources, program limit exceeded


class OutOfMemory(SqlError):
    """The statement needs more memory than it may have."""

    sqlstate = "53200"


class TooManyConnections(FatalError):
    """The server has as many clients as it may have."""

    sqlstate = "53300"


class ConfigurationLimitExceeded(SqlError):
    """A budget of the user: cost, read units, throughput."""

    sqlstate = "53400"


class ProgramLimitExceeded(SqlError):
    """Something is larger than pgddb or DynamoDB allows."""

    sqlstate = "54000"


class StatementTooComplex(SqlError):
    """The statement nests too deeply."""

    sqlstate = "54001"


# Class 55, 57, 58: prerequisite state, operator intervention, system error


class ObjectNotInPrerequisiteState(SqlError):
    """The object is not ready for this."""

    sqlstate = "55000"


class CantChangeRuntimeParameter(SqlError):
    """A setting that cannot be changed now."""

    sqlstate = "55P02"


class QueryCanceled(SqlError):
    """The statement was cancelled by its user or its timeout."""

    sqlstate = "57014"


class AdminShutdown(FatalError):
    """The server is stopping."""

    sqlstate = "57P01"


class IdleSessionTimeout(FatalError):
    """The client was silent too long."""

    sqlstate = "57P05"


class CannotConnectNow(FatalError):
    """The server does not take connections now."""

    sqlstate = "57P03"


class ExternalSystemError(SqlError):
    """DynamoDB answered with something that cannot be trusted."""

    sqlstate = "58000"


class IoError(SqlError):
    """DynamoDB failed again and again."""

    sqlstate = "58030"


# Class HV: foreign data wrapper


class FdwInvalidDataType(SqlError):
    """A column of a foreign table has a type that its attribute cannot have."""

    sqlstate = "HV004"


class FdwInvalidColumnName(SqlError):
    """An option of a foreign table says of a column what is not so."""

    sqlstate = "HV007"


class FdwInvalidOptionName(SqlError):
    """An option of a server, a foreign table or a column is not known."""

    sqlstate = "HV00D"


class FdwInvalidAttributeValue(SqlError):
    """An option of a server, a foreign table or a column has no such value."""

    sqlstate = "HV024"


# Class XX: internal error


class InternalError(SqlError):
    """A bug in pgddb."""

    sqlstate = "XX000"


class DataCorrupted(SqlError):
    """A response arrived broken and stayed broken."""

    sqlstate = "XX001"
