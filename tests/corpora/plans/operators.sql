-- What the engine does with the rows.

SELECT 1;
-- Result  (cost=0.00..0.00 rows=1 width=0)

VALUES (1, 'a'), (2, 'b');
-- Values Scan  (cost=0.00..0.00 rows=1 width=0)

SELECT status, sum(total) FROM orders GROUP BY status HAVING count(*) > 3 ORDER BY status LIMIT 3;
-- Limit  (cost=12800.00..12800.00 rows=3 width=48)
--   ->  Sort  (cost=12800.00..12800.00 rows=67 width=48)
--         Sort Key: "Status"
--         ->  HashAggregate  (cost=12800.00..12800.00 rows=67 width=48)
--               Group Key: "Status"
--               Filter: (count(*) > 3)
--               ->  DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=200000 width=48)
--                     Segments: 8
--                     Projection: "Status", "Total"
--                     Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT DISTINCT customer FROM orders;
-- HashAggregate  (cost=12800.00..12800.00 rows=200 width=32)
--   Group Key: "Customer"
--   ->  DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=200000 width=32)
--         Segments: 8
--         Projection: "Customer"
--         Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT orderid FROM orders WHERE tenant = 't1' ORDER BY orderid DESC LIMIT 3;
-- Limit  (cost=0.50..0.50 rows=3 width=64)
--   ->  Sort  (cost=0.50..0.50 rows=3 width=64)
--         Sort Key: "OrderId" DESC
--         ->  DynamoDB Query on "Orders"  (cost=0.00..0.50 rows=3 width=64)
--               Key Condition: "Tenant" = 't1'
--               Scan Direction: Backward
--               Projection: "OrderId", "Tenant"
--               Limit: 3
--               Condition: "Tenant" = 't1' (exact, by key)
--               Estimate: 0.5 read units, < $0.000001, < 0.01 s, 1 request, 3 items
-- Estimated Bill: 0.5 read units, < $0.000001, 1 request

SELECT orderid FROM orders WHERE tenant IN ('t1', 't2') ORDER BY orderid LIMIT 3 OFFSET 2;
-- Limit  (cost=1.00..1.00 rows=3 width=64)
--   ->  Sort  (cost=1.00..1.00 rows=5 width=64)
--         Sort Key: "OrderId"
--         ->  DynamoDB Query on "Orders"  (cost=0.00..1.00 rows=5 width=64)
--               Key Conditions: 2: ("Tenant" = 't1'), ("Tenant" = 't2')
--               Merge Key: "OrderId"
--               Projection: "OrderId", "Tenant"
--               Limit: 5
--               Condition: "Tenant" IN ('t1', 't2') (exact, by key)
--               Estimate: 1 read unit, < $0.000001, < 0.01 s, 2 requests, 10 items
-- Estimated Bill: 1 read unit, < $0.000001, 2 requests

SELECT orderid, row_number() OVER (PARTITION BY status ORDER BY total) FROM orders WHERE tenant = 't1';
-- WindowAgg  (cost=0.00..29.00 rows=447 width=112)
--   ->  DynamoDB Query on "Orders"  (cost=0.00..29.00 rows=447 width=112)
--         Key Condition: "Tenant" = 't1'
--         Projection: "OrderId", "Status", "Tenant", "Total"
--         Condition: "Tenant" = 't1' (exact, by key)
--         Estimate: 29 read units, $0.00000363, < 0.01 s, 1 request, 447 items
-- Estimated Bill: 29 read units, $0.00000363, 1 request

SELECT orderid FROM orders WHERE tenant = 't1' UNION ALL SELECT name FROM customers;
-- Append  (cost=0.00..157.00 rows=5447 width=64)
--   ->  DynamoDB Query on "Orders"  (cost=0.00..29.00 rows=447 width=64)
--         Key Condition: "Tenant" = 't1'
--         Projection: "OrderId", "Tenant"
--         Condition: "Tenant" = 't1' (exact, by key)
--         Estimate: 29 read units, $0.00000363, < 0.01 s, 1 request, 447 items
--   ->  DynamoDB Scan on "Customers"  (cost=0.00..128.00 rows=5000 width=32)
--         Segments: 1
--         Projection: "Name"
--         Estimate: 128 read units, $0.000016, 0.01 s, 1 request, 5,000 items
-- Estimated Bill: 157 read units, $0.0000196, 2 requests

SELECT orderid FROM orders WHERE tenant = 't1' UNION SELECT name FROM customers;
-- HashAggregate  (cost=157.00..157.00 rows=200 width=64)
--   Group Key: orderid
--   ->  Append  (cost=0.00..157.00 rows=5447 width=64)
--         ->  DynamoDB Query on "Orders"  (cost=0.00..29.00 rows=447 width=64)
--               Key Condition: "Tenant" = 't1'
--               Projection: "OrderId", "Tenant"
--               Condition: "Tenant" = 't1' (exact, by key)
--               Estimate: 29 read units, $0.00000363, < 0.01 s, 1 request, 447 items
--         ->  DynamoDB Scan on "Customers"  (cost=0.00..128.00 rows=5000 width=32)
--               Segments: 1
--               Projection: "Name"
--               Estimate: 128 read units, $0.000016, 0.01 s, 1 request, 5,000 items
-- Estimated Bill: 157 read units, $0.0000196, 2 requests

WITH big AS (SELECT * FROM orders WHERE total > 100) SELECT a.orderid FROM big a JOIN big b ON a.customer = b.orderid;
-- Hash Join  (cost=0.00..12800.00 rows=200 width=0)
--   Hash Cond: ("Customer" = "OrderId")
--   CTE big
--     ->  DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=66667 width=80)
--           Segments: 8
--           Filter Expression: "Total" > 100 OR ((attribute_exists("Total") AND NOT attribute_type("Total", NULL)) AND NOT attribute_type("Total", N))
--           Projection: "OrderId", "Customer", "Total"
--           Condition: "Total" > 100 (inexact, by filter)
--           Residual Filter: ("Total" > 100)
--           Filter: ("Total" > 100.00)
--           Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
--   ->  CTE Scan on big  (cost=0.00..0.00 rows=200 width=0)
--   ->  Hash  (cost=0.00..0.00 rows=200 width=0)
--         ->  CTE Scan on big  (cost=0.00..0.00 rows=200 width=0)
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT * FROM n;
-- Recursive Union  (cost=0.00..0.00 rows=201 width=0)
--   ->  Result  (cost=0.00..0.00 rows=1 width=0)
--   ->  WorkTable Scan on n  (cost=0.00..0.00 rows=200 width=0)

SELECT * FROM generate_series(1, 3) AS g(n);
-- Function Scan on generate_series  (cost=0.00..0.00 rows=1000 width=0)
