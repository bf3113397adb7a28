"""Answer for one server: which rule a client meets, which verifier it must satisfy, which rights it gets."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from msgspec import Struct

from pgddb.authentication.role import UNRESTRICTED, Role
from pgddb.authentication.rules import AccessRule, Method, client_address
from pgddb.authentication.user_file import UserFile, Users
from pgddb.authentication.verifier import ITERATIONS, ScramVerifier, mock_verifier
from pgddb.errors import InvalidAuthorizationSpecification

MOCK_SECRET_BYTES = 32
_NO_USERS = Users()
_HINT = "The rules are those of [[access]] in the server's configuration file."


class Visitor(Struct, frozen=True):
    """A client that wants to come in; `address` is None for one of this machine without an address."""

    user: str
    database: str
    address: str | None
    encrypted: bool


class AccessControl:
    """The rules and users of one server; without a file of users every name is a user."""

    def __init__(
        self, rules: tuple[AccessRule, ...] = (AccessRule(Method.TRUST),), file: UserFile | None = None
    ) -> None:
        self.rules = rules
        self.file = file
        self._secret = secrets.token_bytes(MOCK_SECRET_BYTES)

    def refresh(self) -> bool:
        """Read the file of users again if it has changed; True if it was read.

        Raises:
            UserFileError: once for each change that cannot be read; the users stay as they were.
        """
        return self.file is not None and self.file.refresh()

    @property
    def users(self) -> Users:
        return _NO_USERS if self.file is None else self.file.users

    @property
    def roles(self) -> Mapping[str, Role]:
        """Give the roles that the file of users has."""
        return self.users.roles

    def method(self, visitor: Visitor) -> Method:
        """Choose how a client proves who it is.

        Raises:
            InvalidAuthorizationSpecification: it is not let in, whatever it proves.
        """
        address = None if visitor.address is None else client_address(visitor.address)
        for rule in self.rules:
            if rule.fits(address, visitor.user, encrypted=visitor.encrypted):
                if rule.method is Method.REJECT:
                    raise InvalidAuthorizationSpecification(
                        f"pg_hba.conf rejects connection for {_shown(visitor)}", hint=_HINT
                    )
                return rule.method
        raise InvalidAuthorizationSpecification(f"no pg_hba.conf entry for {_shown(visitor)}", hint=_HINT)

    def verifier(self, user: str) -> ScramVerifier:
        """Give what a user must prove to know; for an unknown one something that nobody knows."""
        users = self.users
        mock = mock_verifier(user, users.mock_secret or self._secret, iterations=_iterations(users))
        return users.verifiers.get(user, mock)

    def role(self, user: str) -> Role:
        """Give the rights of somebody who has proved who he is, or need not.

        Raises:
            InvalidAuthorizationSpecification: there is a file of users, and he is not in it.
        """
        if self.file is None:
            return UNRESTRICTED
        role = self.users.roles.get(user)
        if role is None:
            raise InvalidAuthorizationSpecification(f'role "{user}" does not exist')
        return role

    def rights_now(self, role: Role) -> Role:
        """Give the rights that somebody has who is in already; who was deleted has none."""
        if self.file is None:
            return UNRESTRICTED
        return self.users.roles.get(role.name, Role(role.name, read_only=True, tables=frozenset()))


def _iterations(users: Users) -> int:
    """Let unknown users look like the first known one."""
    return users.verifiers[min(users.verifiers)].iterations if users.verifiers else ITERATIONS


def _shown(visitor: Visitor) -> str:
    place = "[local]" if visitor.address is None else visitor.address
    encryption = "SSL encryption" if visitor.encrypted else "no encryption"
    return f'host "{place}", user "{visitor.user}", database "{visitor.database}", {encryption}'
