"""Run pgddb without AWS: an embedded DynamoDB with tables that show the product."""

from pgddb.demo.banner import QUESTIONS, banner
from pgddb.demo.embedded import DemoCredentials, DemoDynamoDB, DemoUnavailable
from pgddb.demo.tables import DEMO_TABLES

__all__ = ["DEMO_TABLES", "QUESTIONS", "DemoCredentials", "DemoDynamoDB", "DemoUnavailable", "banner"]
