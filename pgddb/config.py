"""Read flags, PGDDB_* environment variables and a TOML file into one frozen Config.

A flag goes before an environment variable, and that before the file. A name that
is not known is an error wherever it stands.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from typing_extensions import override

from pgddb.access.table import Source
from pgddb.authentication import AccessRule, Method
from pgddb.authentication.rules import Network, read_networks
from pgddb.authentication.user_file import default_users_file
from pgddb.dynamo.settings import StoreSettings
from pgddb.engine import EngineSettings
from pgddb.server import ServerSettings, TlsFiles
from pgddb.session import SessionSettings

ENVIRONMENT_PREFIX = "PGDDB_"
MEGABYTE = 1024 * 1024


class ConfigError(Exception):
    """The configuration cannot be used; `hint` says what the user can do about it."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class RuleOptions(BaseModel):
    """One [[access]] of the TOML file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Method
    address: tuple[str, ...] = ("all",)
    user: tuple[str, ...] = ("all",)
    tls: bool | None = None

    @field_validator("address", "user", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("address")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        read_networks(value)
        return value

    @property
    def networks(self) -> tuple[Network, ...] | None:
        return read_networks(self.address)

    def rule(self) -> AccessRule:
        users = None if "all" in self.user else frozenset(self.user)
        return AccessRule(self.method, self.networks, users, self.tls)


class Options(BaseSettings):
    """Every option by its name in the TOML file; flags use dashes, the environment upper case."""

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(5432, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    auth: Literal["trust", "scram", "rules"] | None = Field(
        None,
        description="How clients prove who they are: scram asks for passwords, as is the default with a users_file; "
        "rules means those of access; trust must be said to listen beyond loopback.",
    )
    access: tuple[RuleOptions, ...] = Field(
        (), description="Rules by address, user and TLS, instead of auth; see [security.md](security.md)."
    )
    users_file: Path | None = Field(
        None, description="Users and their SCRAM verifiers, as `pgddb passwd` writes them; users.toml of data_dir."
    )
    tls: Literal["off", "allow", "require"] | None = Field(
        None, description="allow is the default with a certificate; require refuses clients without TLS."
    )
    tls_cert_file: Path | None = Field(None, description="Certificate and its chain, as PEM; read again at SIGHUP.")
    tls_key_file: Path | None = Field(None, description="Key of the certificate, as PEM without a passphrase.")
    region: str | None = Field(None, description="AWS region; by default what AWS's own configuration says.")
    profile: str | None = Field(None, description="Profile of AWS's configuration files.")
    endpoint_url: str | None = Field(None, description="Address of another DynamoDB, such as DynamoDB Local.")
    role_arn: str | None = Field(None, description="Role to assume.")
    gzip: bool = Field(False, description="Ask DynamoDB for compressed pages.")  # noqa: FBT003 - Field's default
    data_dir: Path | None = Field(
        None, description="Directory of the catalog file; without one, it ends with the server."
    )
    read_only: bool = Field(False, description="Refuse every write.")  # noqa: FBT003 - Field's default
    max_connections: int = Field(200, ge=1, le=10_000, description="Sessions at a time.")
    max_connections_per_address: int | None = Field(None, ge=1, description="Sessions at a time from one address.")
    max_message_mb: int = Field(64, ge=1, le=1023, description="Longest message of a client, in megabytes.")
    authentication_timeout: float = Field(60.0, gt=0, description="Seconds that a client may take to get in.")
    grace_period: float = Field(30.0, ge=0, description="Seconds that statements may run on after SIGTERM or SIGINT.")
    memory_limit_mb: int = Field(1024, ge=64, description="Memory of all statements together, in megabytes.")
    threads: int | None = Field(None, ge=1, description="Threads that compute; by default one a core.")
    temp_dir: Path | None = Field(None, description="Where the server makes its directory for what memory cannot hold.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto is console on a terminal, else JSON."
    )

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


class LogSettings(Struct, frozen=True):
    """What is logged, and how it looks."""

    level: str = "info"
    format: str = "auto"


class Config(Struct, frozen=True):
    """All that a server needs to know before it starts: the settings of each package.

    Attributes:
        rules: who must prove what; the first that fits a client counts.
        users_file: None where no rule asks for a password and no user is restricted.
    """

    server: ServerSettings
    source: Source
    store: StoreSettings
    engine: EngineSettings
    log: LogSettings
    data_directory: Path | None = None
    rules: tuple[AccessRule, ...] = (AccessRule(Method.TRUST),)
    users_file: Path | None = None
    tls_files: TlsFiles | None = None


def read_config(flags: Mapping[str, Any], file: Path | None = None) -> Config:
    """Put flags (None where not given), environment and file together.

    Raises:
        ConfigError: a name or value is wrong, or the server would stand open to strangers.
    """
    options = _read_options({name: value for name, value in flags.items() if value is not None}, file)
    _check_exposure(options)
    _check_tls(options)
    return _assemble(options)


def _read_options(flags: dict[str, Any], file: Path | None) -> Options:
    class WithFile(Options):
        model_config = SettingsConfigDict(toml_file=_existing(file))

    try:
        return WithFile(**flags)
    except ValidationError as error:
        raise _first_problem(error, file) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the file {file} is not TOML: {error}", hint="Write lines such as: port = 5432") from error


def _existing(file: Path | None) -> Path | None:
    if file is not None and not file.is_file():
        raise ConfigError(f"there is no configuration file {file}", hint="Name another one with --config.")
    return file


def _first_problem(error: ValidationError, file: Path | None) -> ConfigError:
    problem = error.errors()[0]
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return ConfigError(
            f'unknown option "{name}" in {file}', hint=f"Known options: {', '.join(Options.model_fields)}."
        )
    flag = name.replace("_", "-")
    reason = str(problem["msg"]).removeprefix("Input ").replace("'", '"')
    return ConfigError(
        f'option "{name}" {reason}', hint=f"Look at --{flag}, {ENVIRONMENT_PREFIX}{name.upper()} and the file."
    )


def unknown_environment_names() -> tuple[str, ...]:
    """Name the PGDDB_* variables that say nothing to pgddb: worth a warning, no reason not to start.

    An orchestrator may have made them: Kubernetes sets PGDDB_SERVICE_HOST in every pod beside a service "pgddb".
    """
    known = {ENVIRONMENT_PREFIX + name.upper() for name in Options.model_fields} | {f"{ENVIRONMENT_PREFIX}CONFIG"}
    names = (name for name in sorted(os.environ) if name.upper().startswith(ENVIRONMENT_PREFIX))
    return tuple(name for name in names if name.upper() not in known)


def _check_exposure(options: Options) -> None:
    if options.auth in {"trust", "scram"} and options.access:
        raise ConfigError(
            f'option "auth" is "{options.auth}", but there are rules in "access"',
            hint="Leave auth out or say --auth rules, or remove the rules.",
        )
    if options.auth == "rules" and not options.access:
        raise ConfigError('option "auth" is "rules", but there are none', hint="Write [[access]] into the file.")
    if options.auth is None and not options.access and options.users_file is None and not is_loopback(options.host):
        raise ConfigError(
            f'refusing to listen on "{options.host}" without authentication',
            hint="Make users with pgddb passwd and say --auth scram, or say --auth trust if only those you trust "
            "can reach this address.",
        )


def _check_tls(options: Options) -> None:
    files = (options.tls_cert_file, options.tls_key_file)
    if (files[0] is None) != (files[1] is None):
        missing = "tls_cert_file" if files[0] is None else "tls_key_file"
        raise ConfigError(f'option "{missing}" is missing', hint="TLS needs a certificate and its key.")
    if options.tls in {"allow", "require"} and files[0] is None:
        raise ConfigError(
            f'option "tls" is "{options.tls}", but there is no certificate',
            hint="Name the PEM files with --tls-cert-file and --tls-key-file.",
        )


def _tls_files(options: Options) -> TlsFiles | None:
    if options.tls == "off" or options.tls_cert_file is None or options.tls_key_file is None:
        return None
    return TlsFiles(options.tls_cert_file, options.tls_key_file)


def _rules(options: Options) -> tuple[AccessRule, ...]:
    """Put the rules together; what stands in front refuses clients without TLS."""
    if options.access:
        rules = tuple(rule.rule() for rule in options.access)
    else:
        asks = options.auth == "scram" or (options.auth is None and options.users_file is not None)
        rules = (AccessRule(Method.SCRAM if asks else Method.TRUST),)
    return (AccessRule(Method.REJECT, tls=False), *rules) if options.tls == "require" else rules


def _users_file(options: Options, rules: tuple[AccessRule, ...]) -> Path | None:
    asks = any(rule.method is Method.SCRAM for rule in rules)
    return options.users_file or (default_users_file(options.data_dir) if asks else None)


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _assemble(options: Options) -> Config:
    session = SessionSettings(
        read_only=options.read_only,
        authentication_seconds=options.authentication_timeout,
        max_connections=options.max_connections,
        port=options.port,
        listen_address=options.host,
    )
    server = ServerSettings(
        host=options.host,
        port=options.port,
        max_message_bytes=options.max_message_mb * MEGABYTE,
        grace_seconds=options.grace_period,
        max_connections_per_address=options.max_connections_per_address,
        session=session,
    )
    rules = _rules(options)
    return Config(
        server=server,
        source=Source(options.region, options.profile, options.endpoint_url, options.role_arn),
        store=StoreSettings(gzip=options.gzip),
        engine=EngineSettings(
            threads=options.threads,
            memory_limit_bytes=options.memory_limit_mb * MEGABYTE,
            temp_directory=options.temp_dir,
        ),
        log=LogSettings(options.log_level, options.log_format),
        data_directory=options.data_dir,
        rules=rules,
        users_file=_users_file(options, rules),
        tls_files=_tls_files(options),
    )
