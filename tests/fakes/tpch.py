"""Make the eight tables of TPC-H at a small scale, the same every time, with keys as a DynamoDB designer chooses them.

Source: https://www.tpc.org/tpch/ (the shapes of the columns; the values are drawn more simply)
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.fakes.sql_tables import SqlTable

SEED = 88
"""Chosen so that ten suppliers stand in nations that the questions ask for."""
REGIONS = ("AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST")
NATIONS = (
    ("ALGERIA", 0), ("ARGENTINA", 1), ("BRAZIL", 1), ("CANADA", 1), ("EGYPT", 4), ("ETHIOPIA", 0), ("FRANCE", 3),
    ("GERMANY", 3), ("INDIA", 2), ("INDONESIA", 2), ("IRAN", 4), ("IRAQ", 4), ("JAPAN", 2), ("JORDAN", 4),
    ("KENYA", 0), ("MOROCCO", 0), ("MOZAMBIQUE", 0), ("PERU", 1), ("CHINA", 2), ("ROMANIA", 3), ("SAUDI ARABIA", 4),
    ("VIETNAM", 2), ("RUSSIA", 3), ("UNITED KINGDOM", 3), ("UNITED STATES", 1),
)  # fmt: skip
COLORS = ("almond", "blue", "brown", "green", "ivory", "lemon", "navy", "olive", "red", "white")
TYPES = (("STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"), ("ANODIZED", "BURNISHED", "PLATED", "POLISHED"),
         ("TIN", "NICKEL", "BRASS", "STEEL", "COPPER"))  # fmt: skip
CONTAINERS = (("SM", "LG", "MED", "JUMBO", "WRAP"), ("CASE", "BOX", "BAG", "JAR", "PKG", "PACK", "CAN", "DRUM"))
SEGMENTS = ("AUTOMOBILE", "BUILDING", "FURNITURE", "MACHINERY", "HOUSEHOLD")
PRIORITIES = ("1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW")
INSTRUCTIONS = ("DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN")
MODES = ("REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB")
WORDS = ("carefully", "final", "special", "requests", "deposits", "Customer", "Complaints", "sleep", "quickly", "bold")
FIRST_DAY = datetime.date(1992, 1, 1)
TODAY = datetime.date(1995, 6, 17)
ORDER_DAYS = 2405

INT, TEXT, MONEY, DATE = "integer", "text", "numeric", "date"


def _table(name: str, columns: str, partition: str, sort: str | None = None) -> SqlTable:
    pairs = tuple(
        (part.split(":")[0], {"i": INT, "t": TEXT, "m": MONEY, "d": DATE}[part.split(":")[1]])
        for part in columns.split()
    )
    scales = tuple((column, 2) for column, kind in pairs if kind == MONEY)
    return SqlTable(name, pairs, partition, sort, scales)


TABLES = (
    _table("region", "r_regionkey:i r_name:t r_comment:t", "r_regionkey"),
    _table("nation", "n_nationkey:i n_name:t n_regionkey:i n_comment:t", "n_nationkey"),
    _table("supplier", "s_suppkey:i s_name:t s_address:t s_nationkey:i s_phone:t s_acctbal:m s_comment:t", "s_suppkey"),
    _table("part", "p_partkey:i p_name:t p_mfgr:t p_brand:t p_type:t p_size:i p_container:t p_retailprice:m "
           "p_comment:t", "p_partkey"),
    _table("partsupp", "ps_partkey:i ps_suppkey:i ps_availqty:i ps_supplycost:m ps_comment:t", "ps_partkey",
           "ps_suppkey"),
    _table("customer", "c_custkey:i c_name:t c_address:t c_nationkey:i c_phone:t c_acctbal:m c_mktsegment:t "
           "c_comment:t", "c_custkey"),
    _table("orders", "o_orderkey:i o_custkey:i o_orderstatus:t o_totalprice:m o_orderdate:d o_orderpriority:t "
           "o_clerk:t o_shippriority:i o_comment:t", "o_orderkey"),
    _table("lineitem", "l_orderkey:i l_partkey:i l_suppkey:i l_linenumber:i l_quantity:m l_extendedprice:m "
           "l_discount:m l_tax:m l_returnflag:t l_linestatus:t l_shipdate:d l_commitdate:d l_receiptdate:d "
           "l_shipinstruct:t l_shipmode:t l_comment:t", "l_orderkey", "l_linenumber"),
)  # fmt: skip

Rows = dict[str, list[Sequence[Any]]]


def rows(scale: float) -> Rows:
    """Draw all rows; at scale 1 there are 1,500,000 orders."""
    draw = random.Random(SEED)
    suppliers, parts, customers = (max(4, round(count * scale)) for count in (10_000, 200_000, 150_000))
    made: Rows = {
        "region": [(number, name, _words(draw)) for number, name in enumerate(REGIONS)],
        "nation": [(number, name, region, _words(draw)) for number, (name, region) in enumerate(NATIONS)],
        "supplier": [_supplier(draw, key) for key in range(1, suppliers + 1)],
        "part": [_part(draw, key) for key in range(1, parts + 1)],
        "partsupp": [
            (
                part,
                (part + step * (suppliers // 4 + 1)) % suppliers + 1,
                draw.randint(1, 9999),
                _cents(draw, 100, 100000),
                _words(draw),
            )
            for part in range(1, parts + 1)
            for step in range(4)
        ],
        "customer": [_customer(draw, key) for key in range(1, customers + 1)],
        "orders": [],
        "lineitem": [],
    }
    made["partsupp"] = list({row[:2]: row for row in made["partsupp"]}.values())
    by_part: dict[int, list[int]] = {}
    for part, supplier, *_ in made["partsupp"]:
        by_part.setdefault(part, []).append(supplier)
    for key in range(1, round(1_500_000 * scale) + 1):
        _add_order(draw, made, key, by_part)
    return made


def _words(draw: random.Random) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(2, 6)))


def _cents(draw: random.Random, low: int, high: int) -> Decimal:
    return Decimal(draw.randint(low, high)).scaleb(-2)


def _phone(draw: random.Random, nation: int) -> str:
    return f"{nation + 10}-{draw.randint(100, 999)}-{draw.randint(100, 999)}-{draw.randint(1000, 9999)}"


def _supplier(draw: random.Random, key: int) -> Sequence[Any]:
    nation = draw.randrange(25)
    address = f"{draw.randint(1, 99)} Road"
    return (
        key,
        f"Supplier#{key:09d}",
        address,
        nation,
        _phone(draw, nation),
        _cents(draw, -99999, 999999),
        _words(draw),
    )


def _part(draw: random.Random, key: int) -> Sequence[Any]:
    maker = draw.randint(1, 5)
    name = " ".join(draw.sample(COLORS, 3))
    kind = " ".join(draw.choice(words) for words in TYPES)
    container = " ".join(draw.choice(words) for words in CONTAINERS)
    brand = f"Brand#{maker}{draw.randint(1, 5)}"
    price = Decimal(90000 + (key // 10) % 20001 + 100 * (key % 1000)).scaleb(-2)
    return (key, name, f"Manufacturer#{maker}", brand, kind, draw.randint(1, 50), container, price, _words(draw))


def _customer(draw: random.Random, key: int) -> Sequence[Any]:
    nation = draw.randrange(25)
    address = f"{draw.randint(1, 99)} Street"
    phone, balance = _phone(draw, nation), _cents(draw, -99999, 999999)
    return (key, f"Customer#{key:09d}", address, nation, phone, balance, draw.choice(SEGMENTS), _words(draw))


def _day(draw: random.Random, start: datetime.date, low: int, high: int) -> datetime.date:
    return start + datetime.timedelta(days=draw.randint(low, high))


def _add_order(draw: random.Random, made: Rows, key: int, by_part: dict[int, list[int]]) -> None:
    customers, prices = len(made["customer"]), made["part"]
    customer = draw.randint(1, max(customers * 2 // 3, 1))
    ordered = FIRST_DAY + datetime.timedelta(days=draw.randrange(ORDER_DAYS - 121))
    total = Decimal(0)
    statuses = set()
    for number in range(1, draw.randint(1, 7) + 1):
        part = draw.randint(1, len(prices))
        quantity = draw.randint(1, 50)
        price = quantity * prices[part - 1][7]
        discount, tax = _cents(draw, 0, 10), _cents(draw, 0, 8)
        shipped, committed = _day(draw, ordered, 1, 121), _day(draw, ordered, 30, 90)
        received = _day(draw, shipped, 1, 30)
        flag = draw.choice("RA") if received <= TODAY else "N"
        status = "O" if shipped > TODAY else "F"
        statuses.add(status)
        total += price * (1 + tax) * (1 - discount)
        line = (key, part, draw.choice(by_part[part]), number, Decimal(quantity), price, discount, tax, flag, status)
        dates = (shipped.isoformat(), committed.isoformat(), received.isoformat())
        made["lineitem"].append((*line, *dates, draw.choice(INSTRUCTIONS), draw.choice(MODES), _words(draw)))
    status = statuses.pop() if len(statuses) == 1 else "P"
    clerk = f"Clerk#{draw.randint(1, 10):09d}"
    price = total.quantize(Decimal("0.01"))
    made["orders"].append(
        (key, customer, status, price, ordered.isoformat(), draw.choice(PRIORITIES), clerk, 0, _words(draw))
    )
