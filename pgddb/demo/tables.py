"""List the tables of the demo."""

from __future__ import annotations

from pgddb.demo.events import EVENTS
from pgddb.demo.orders import CUSTOMERS, ORDERS
from pgddb.demo.reviews import REVIEWS
from pgddb.demo.table_definition import TableDefinition

DEMO_TABLES: tuple[TableDefinition, ...] = (REVIEWS, ORDERS, CUSTOMERS, EVENTS)
