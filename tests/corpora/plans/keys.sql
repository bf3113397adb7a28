-- Reads by the table's own key.

SELECT * FROM orders WHERE tenant = 't1' AND orderid = 'o1';
-- DynamoDB GetItem on "Orders"  (cost=0.00..0.50 rows=1 width=733)
--   Key: "Tenant" = 't1' AND "OrderId" = 'o1'
--   Projection: whole items
--   Condition: "Tenant" = 't1' (exact, by key)
--   Condition: "OrderId" = 'o1' (exact, by key)
--   Estimate: 0.5 read units, < $0.000001, < 0.01 s, 1 request, 1 item
-- Estimated Bill: 0.5 read units, < $0.000001, 1 request

SELECT * FROM orders WHERE tenant = 't1';
-- DynamoDB Query on "Orders"  (cost=0.00..29.00 rows=447 width=733)
--   Key Condition: "Tenant" = 't1'
--   Projection: whole items
--   Condition: "Tenant" = 't1' (exact, by key)
--   Estimate: 29 read units, $0.00000363, < 0.01 s, 1 request, 447 items
-- Estimated Bill: 29 read units, $0.00000363, 1 request

SELECT total FROM orders WHERE tenant IN ('t1', 't2');
-- DynamoDB Query on "Orders"  (cost=0.00..58.00 rows=894 width=48)
--   Key Conditions: 2: ("Tenant" = 't1'), ("Tenant" = 't2')
--   Projection: "Total", "Tenant"
--   Condition: "Tenant" IN ('t1', 't2') (exact, by key)
--   Estimate: 58 read units, $0.00000725, < 0.01 s, 2 requests, 894 items
-- Estimated Bill: 58 read units, $0.00000725, 2 requests

SELECT total FROM orders WHERE tenant = 't1' AND orderid IN ('o1', 'o2', 'o3');
-- DynamoDB BatchGetItem on "Orders"  (cost=0.00..1.50 rows=3 width=80)
--   Keys: 3: ("Tenant" = 't1' AND "OrderId" = 'o1'), ("Tenant" = 't1' AND "OrderId" = 'o2'), ("Tenant" = 't1' AND "OrderId" = 'o3')
--   Projection: "Total", "Tenant", "OrderId"
--   Condition: "Tenant" = 't1' (exact, by key)
--   Condition: "OrderId" IN ('o1', 'o2', 'o3') (exact, by key)
--   Estimate: 1.5 read units, < $0.000001, < 0.01 s, 1 request, 3 items
-- Estimated Bill: 1.5 read units, < $0.000001, 1 request

SELECT total FROM orders WHERE (tenant, orderid) IN (('t1', 'o1'), ('t2', 'o2'));
-- DynamoDB BatchGetItem on "Orders"  (cost=0.00..1.00 rows=2 width=80)
--   Keys: 2: ("Tenant" = 't1' AND "OrderId" = 'o1'), ("Tenant" = 't2' AND "OrderId" = 'o2')
--   Projection: "Total", "Tenant", "OrderId"
--   Condition: ("Tenant" = 't1' AND "OrderId" = 'o1') OR ("Tenant" = 't2' AND "OrderId" = 'o2') (exact, by key)
--   Estimate: 1 read unit, < $0.000001, < 0.01 s, 1 request, 2 items
-- Estimated Bill: 1 read unit, < $0.000001, 1 request

SELECT total FROM orders WHERE tenant = 't1' AND orderid > 'a' AND orderid < 'b' AND orderid LIKE 'a1%';
-- DynamoDB Query on "Orders"  (cost=0.00..3.00 rows=45 width=80)
--   Key Condition: "Tenant" = 't1' AND begins_with("OrderId", 'a1')
--   Projection: "Total", "OrderId", "Tenant"
--   Condition: "Tenant" = 't1' (exact, by key)
--   Condition: "OrderId" > 'a' (exact, by key)
--   Condition: "OrderId" < 'b' (exact, by key)
--   Condition: "OrderId" LIKE 'a1%' (exact, by key)
--   Estimate: 3 read units, < $0.000001, < 0.01 s, 1 request, 45 items
-- Estimated Bill: 3 read units, < $0.000001, 1 request

SELECT total FROM orders WHERE tenant = 't1' AND orderid BETWEEN 'o1' AND 'o2' AND total > 10;
-- DynamoDB Query on "Orders"  (cost=0.00..3.00 rows=15 width=80)
--   Key Condition: "Tenant" = 't1' AND "OrderId" BETWEEN 'o1' AND 'o2'
--   Filter Expression: "Total" > 10 OR ((attribute_exists("Total") AND NOT attribute_type("Total", NULL)) AND NOT attribute_type("Total", N))
--   Projection: "Total", "Tenant", "OrderId"
--   Condition: "Tenant" = 't1' (exact, by key)
--   Condition: "OrderId" >= 'o1' (exact, by key)
--   Condition: "OrderId" <= 'o2' (exact, by key)
--   Condition: "Total" > 10 (inexact, by filter)
--   Residual Filter: ("Total" > 10)
--   Estimate: 3 read units, < $0.000001, < 0.01 s, 1 request, 45 items
-- Estimated Bill: 3 read units, < $0.000001, 1 request

SELECT total FROM orders WHERE tenant = 't1' OR tenant = 't2' AND orderid = 'o1';
-- DynamoDB Query on "Orders"  (cost=0.00..29.50 rows=448 width=80)
--   Key Conditions: 2: ("Tenant" = 't1'), ("Tenant" = 't2' AND "OrderId" = 'o1')
--   Projection: "Total", "Tenant", "OrderId"
--   Condition: "Tenant" = 't1' OR ("Tenant" = 't2' AND "OrderId" = 'o1') (exact, by key)
--   Estimate: 29.5 read units, $0.00000369, < 0.01 s, 2 requests, 448 items
-- Estimated Bill: 29.5 read units, $0.00000369, 2 requests

SELECT total FROM orders WHERE tenant = '';
-- DynamoDB No Read on "Orders"  (cost=0.00..0.00 rows=1 width=48)
--   Reason: the conditions on the key contradict each other
--   Estimate: 0 read units, $0, < 0.01 s, 0 requests, 0 items
-- Estimated Bill: 0 read units, $0, 0 requests

SELECT total FROM orders WHERE tenant = 't1' AND tenant = 't2';
-- Result  (cost=0.00..0.00 rows=1 width=0)
--   One-Time Filter: false
--   ->  DynamoDB No Read on "Orders"  (cost=0.00..0.00 rows=1 width=48)
--         Reason: the conditions on the key contradict each other
--         Estimate: 0 read units, $0, < 0.01 s, 0 requests, 0 items
-- Estimated Bill: 0 read units, $0, 0 requests

SELECT name FROM customers WHERE customer = 'c1';
-- DynamoDB GetItem on "Customers"  (cost=0.00..0.50 rows=1 width=64)
--   Key: "Customer" = 'c1'
--   Projection: "Name", "Customer"
--   Condition: "Customer" = 'c1' (exact, by key)
--   Estimate: 0.5 read units, < $0.000001, < 0.01 s, 1 request, 1 item
-- Estimated Bill: 0.5 read units, < $0.000001, 1 request

SELECT name FROM customers WHERE customer IN ('c1', 'c2', 'c3', 'c4', 'c5');
-- Hash Semi Join  (cost=0.00..2.50 rows=5 width=64)
--   ->  DynamoDB BatchGetItem on "Customers"  (cost=0.00..2.50 rows=5 width=64)
--         Keys: 5: ("Customer" = 'c1'), ("Customer" = 'c2'), ("Customer" = 'c3'), 2 more
--         Projection: "Name", "Customer"
--         Condition: "Customer" IN ('c1', 'c2', 'c3', 'c4', 'c5') (exact, by key)
--         Estimate: 2.5 read units, < $0.000001, < 0.01 s, 1 request, 5 items
--   ->  Hash  (cost=0.00..0.00 rows=1 width=0)
--         ->  Values Scan  (cost=0.00..0.00 rows=1 width=0)
-- Estimated Bill: 2.5 read units, < $0.000001, 1 request

SELECT count(*) FROM orders WHERE tenant = 't1';
-- Aggregate  (cost=29.00..29.00 rows=1 width=32)
--   ->  DynamoDB Query on "Orders"  (cost=0.00..29.00 rows=447 width=32)
--         Key Condition: "Tenant" = 't1'
--         Select: COUNT
--         Condition: "Tenant" = 't1' (exact, by key)
--         Estimate: 29 read units, $0.00000363, < 0.01 s, 1 request, 447 items
-- Estimated Bill: 29 read units, $0.00000363, 1 request
