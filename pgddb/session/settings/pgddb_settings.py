"""List the settings of pgddb itself: consistency, budgets, pace and prices of reads."""

from __future__ import annotations

from pgddb.session.settings.definition import Setting, SettingType

CATEGORY = "DynamoDB"
_HUGE = 1e300

PGDDB_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "pgddb.consistency",
        SettingType.ENUM,
        default="eventual",
        choices=("eventual", "strong"),
        category=CATEGORY,
        description="Chooses eventually or strongly consistent reads; strong ones cost twice and use no global index.",
    ),
    Setting(
        "pgddb.key_driven",
        SettingType.BOOL,
        default=True,
        category=CATEGORY,
        description="Lets the rows of one side of a join say which keys of the other are read.",
    ),
    Setting(
        "pgddb.max_cost",
        SettingType.REAL,
        default=1.0,
        minimum=0.0,
        maximum=_HUGE,
        category=CATEGORY,
        description="Refuses or stops a statement that costs more dollars than this; 0 sets no limit.",
    ),
    Setting(
        "pgddb.max_read_units",
        SettingType.REAL,
        default=0.0,
        minimum=0.0,
        maximum=_HUGE,
        category=CATEGORY,
        description="Refuses or stops a statement that reads more read units than this; 0 sets no limit.",
    ),
    Setting(
        "pgddb.max_read_units_per_second",
        SettingType.REAL,
        default=0.0,
        minimum=0.0,
        maximum=_HUGE,
        category=CATEGORY,
        description="Reads each table at this pace at most; 0 sets no limit.",
    ),
    Setting(
        "pgddb.read_capacity_share",
        SettingType.REAL,
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        category=CATEGORY,
        description="Reads with at most this share of a table's provisioned or warm throughput; 0 sets no limit.",
    ),
    Setting(
        "pgddb.scan_segments",
        SettingType.INTEGER,
        default=8,
        minimum=1,
        maximum=256,
        category=CATEGORY,
        description="Sets how many segments of a table are scanned at the same time.",
    ),
    Setting(
        "pgddb.price_read_million",
        SettingType.REAL,
        default=-1.0,
        minimum=-1.0,
        maximum=_HUGE,
        category=CATEGORY,
        description="Sets the dollars of a million read request units; -1 takes the list price of the region.",
    ),
    Setting(
        "pgddb.scan_warning_read_units",
        SettingType.REAL,
        default=10_000.0,
        minimum=0.0,
        maximum=_HUGE,
        category=CATEGORY,
        description="Warns before a scan that needs more read units than this.",
    ),
    Setting(
        "pgddb.notices",
        SettingType.BOOL,
        default=True,
        category=CATEGORY,
        description="Ends each statement that read DynamoDB with a notice of requests, read units and price.",
    ),
)
