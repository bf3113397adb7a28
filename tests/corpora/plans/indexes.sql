-- Reads by an index, and the proofs that forbid one.

SELECT * FROM orders WHERE customer = 'c1';
-- DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=66667 width=733)
--   Segments: 8
--   Filter Expression: "Customer" = 'c1'
--   Projection: whole items
--   Condition: "Customer" = 'c1' (exact, by filter)
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT * FROM orders WHERE customer = 'c1' AND placed > '2024-01-01';
-- DynamoDB Query on "Orders" using by_customer  (cost=0.00..9.50 rows=148 width=733)
--   Index: global secondary index, projects ALL
--   Key Condition: "Customer" = 'c1' AND "Placed" > '2024-01-01'
--   Projection: whole items
--   Condition: "Customer" = 'c1' (exact, by key)
--   Condition: "Placed" > '2024-01-01' (exact, by key)
--   Estimate: 9.5 read units, $0.00000119, < 0.01 s, 1 request, 148 items
-- Estimated Bill: 9.5 read units, $0.00000119, 1 request

SELECT total FROM orders WHERE status = 'open' AND placed > '2024-01-01';
-- DynamoDB Query and BatchGetItem on "Orders" using by_status  (cost=0.00..229.11 rows=149 width=80)
--   Index: global secondary index, projects KEYS_ONLY
--   Key Condition: "Status" = 'open'
--   Projection: "Total", "Status", "Placed"
--   Condition: "Status" = 'open' (exact, by key)
--   Condition: "Placed" > '2024-01-01' (engine only)
--   Residual Filter: ("Placed" > '2024-01-01')
--   Estimate: 229.1 read units, $0.0000286, 0.02 s, 6 requests, 447 items
-- Estimated Bill: 229.1 read units, $0.0000286, 6 requests

SELECT tenant, orderid FROM orders WHERE status = 'open';
-- DynamoDB Query on "Orders" using by_status  (cost=0.00..5.50 rows=447 width=96)
--   Index: global secondary index, projects KEYS_ONLY
--   Key Condition: "Status" = 'open'
--   Projection: "Tenant", "OrderId", "Status"
--   Condition: "Status" = 'open' (exact, by key)
--   Estimate: 5.5 read units, < $0.000001, < 0.01 s, 1 request, 447 items
-- Estimated Bill: 5.5 read units, < $0.000001, 1 request

SELECT total FROM orders WHERE tenant = 't1' AND placed >= '2024-01-01';
-- DynamoDB Query on "Orders" using by_placed  (cost=0.00..9.50 rows=148 width=80)
--   Index: local secondary index, projects ALL
--   Key Condition: "Tenant" = 't1' AND "Placed" >= '2024-01-01'
--   Projection: "Total", "Tenant", "Placed"
--   Condition: "Tenant" = 't1' (exact, by key)
--   Condition: "Placed" >= '2024-01-01' (exact, by key)
--   Estimate: 9.5 read units, $0.00000119, < 0.01 s, 1 request, 148 items
-- Estimated Bill: 9.5 read units, $0.00000119, 1 request

EXPLAIN VERBOSE SELECT total FROM orders WHERE customer = 'c1' AND placed > '2024-01-01' AND total > 3;
-- DynamoDB Query on "Orders" using by_customer  (cost=0.00..9.50 rows=49 width=80)
--   Output: total
--   Index: global secondary index, projects ALL
--   Key Condition: "Customer" = 'c1' AND "Placed" > '2024-01-01'
--   Filter Expression: "Total" > 3 OR ((attribute_exists("Total") AND NOT attribute_type("Total", NULL)) AND NOT attribute_type("Total", N))
--   Projection: "Total", "Customer", "Placed"
--   Condition: "Customer" = 'c1' (exact, by key)
--   Condition: "Placed" > '2024-01-01' (exact, by key)
--   Condition: "Total" > 3 (inexact, by filter)
--   Residual Filter: ("Total" > 3)
--   Estimate: 9.5 read units, $0.00000119, < 0.01 s, 1 request, 148 items
--   Not Used: index by_status: items without "Status" are not in it, and nothing says that it is there
--   Not Used: Scan Orders by local secondary index by_placed in 8 segments: dearer: 12800 read units, not 9.5
--   Not Used: Scan Orders in 8 segments: dearer: 12800 read units, not 9.5
-- Estimated Bill: 9.5 read units, $0.00000119, 1 request


EXPLAIN VERBOSE SELECT total FROM orders WHERE customer = 'c1';
-- DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=66667 width=48)
--   Output: total
--   Segments: 8
--   Filter Expression: "Customer" = 'c1'
--   Projection: "Total", "Customer"
--   Condition: "Customer" = 'c1' (exact, by filter)
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
--   Not Used: index by_customer: items without "Placed" are not in it, and nothing says that it is there
--   Not Used: index by_status: items without "Status" are not in it, and nothing says that it is there
--   Not Used: index by_placed: items without "Placed" are not in it, and nothing says that it is there
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests
