"""Decide who may come in and what they may do: users, their verifiers, rules and SCRAM, without a socket."""

from pgddb.authentication.access_control import AccessControl, Visitor
from pgddb.authentication.failure_delays import FailureDelays
from pgddb.authentication.role import UNRESTRICTED, Role
from pgddb.authentication.rules import AccessRule, Method
from pgddb.authentication.scram import ChannelBinding, ScramExchange, mechanisms
from pgddb.authentication.user_file import UserFile, UserFileError
from pgddb.authentication.verifier import ScramVerifier, make_verifier

__all__ = [
    "UNRESTRICTED",
    "AccessControl",
    "AccessRule",
    "ChannelBinding",
    "FailureDelays",
    "Method",
    "Role",
    "ScramExchange",
    "ScramVerifier",
    "UserFile",
    "UserFileError",
    "Visitor",
    "make_verifier",
    "mechanisms",
]
