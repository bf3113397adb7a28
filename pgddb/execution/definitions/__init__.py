"""Carry out definitions: changes of the catalog that a transaction holds back, and tables of DynamoDB."""
