-- Joins, and reads whose keys come from others.

SELECT o.total, c.name FROM orders o JOIN customers c ON c.customer = o.customer WHERE o.tenant = 't1';
-- Hash Join  (cost=128.00..157.00 rows=447 width=144)
--   Hash Cond: (o."Customer" = c."Customer")
--   ->  DynamoDB Query on "Orders" o  (cost=0.00..29.00 rows=447 width=80)
--         Key Condition: "Tenant" = 't1'
--         Projection: "Total", "Customer", "Tenant"
--         Condition: "Tenant" = 't1' (exact, by key)
--         Estimate: 29 read units, $0.00000363, < 0.01 s, 1 request, 447 items
--   ->  Hash  (cost=128.00..128.00 rows=256 width=64)
--         ->  DynamoDB BatchGetItem on "Customers" c  (cost=0.00..128.00 rows=256 width=64)
--               Projection: "Name", "Customer"
--               Keys From: o ("Customer")
--               Most Keys: 256; with more: Scan, 128 read units
--               Estimate: 128 read units, $0.000016, 0.01 s, 3 requests, 256 items
-- Estimated Bill: 157 read units, $0.0000196, 4 requests

SELECT o.total, c.name FROM orders o LEFT JOIN customers c ON c.customer = o.customer WHERE o.tenant = 't1';
-- Hash Left Join  (cost=128.00..157.00 rows=447 width=144)
--   Hash Cond: (o."Customer" = c."Customer")
--   ->  DynamoDB Query on "Orders" o  (cost=0.00..29.00 rows=447 width=80)
--         Key Condition: "Tenant" = 't1'
--         Projection: "Total", "Customer", "Tenant"
--         Condition: "Tenant" = 't1' (exact, by key)
--         Estimate: 29 read units, $0.00000363, < 0.01 s, 1 request, 447 items
--   ->  Hash  (cost=128.00..128.00 rows=256 width=64)
--         ->  DynamoDB BatchGetItem on "Customers" c  (cost=0.00..128.00 rows=256 width=64)
--               Projection: "Name", "Customer"
--               Keys From: o ("Customer")
--               Most Keys: 256; with more: Scan, 128 read units
--               Estimate: 128 read units, $0.000016, 0.01 s, 3 requests, 256 items
-- Estimated Bill: 157 read units, $0.0000196, 4 requests

SELECT o.total FROM (VALUES ('t1'), ('t2')) v(tenant) JOIN orders o ON o.tenant = v.tenant;
-- Hash Join  (cost=58.00..58.00 rows=894 width=48)
--   Hash Cond: (tenant = "Tenant")
--   ->  Values Scan  (cost=0.00..0.00 rows=1 width=0)
--   ->  Hash  (cost=58.00..58.00 rows=894 width=48)
--         ->  DynamoDB Query on "Orders" o  (cost=0.00..58.00 rows=894 width=48)
--               Projection: "Total", "Tenant"
--               Keys From: v ("Tenant")
--               Most Keys: 441; with more: Scan, 12,800 read units
--               Estimate: 58 read units, $0.00000725, < 0.01 s, 2 requests, 894 items
-- Estimated Bill: 58 read units, $0.00000725, 2 requests

SELECT name FROM customers WHERE customer IN (SELECT customer FROM orders WHERE tenant = 't1');
-- Hash Semi Join  (cost=29.00..157.00 rows=447 width=128)
--   ->  DynamoDB BatchGetItem on "Customers"  (cost=0.00..128.00 rows=256 width=64)
--         Projection: "Name", "Customer"
--         Keys From: subquery ("Customer")
--         Most Keys: 256; with more: Scan, 128 read units
--         Estimate: 128 read units, $0.000016, 0.01 s, 3 requests, 256 items
--   ->  Hash  (cost=29.00..29.00 rows=447 width=64)
--         ->  DynamoDB Query on "Orders"  (cost=0.00..29.00 rows=447 width=64)
--               Key Condition: "Tenant" = 't1'
--               Projection: "Customer", "Tenant"
--               Condition: "Tenant" = 't1' (exact, by key)
--               Estimate: 29 read units, $0.00000363, < 0.01 s, 1 request, 447 items
-- Estimated Bill: 157 read units, $0.0000196, 4 requests

SELECT name FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.customer AND o.tenant = 't1');
-- Hash Semi Join  (cost=29.00..157.00 rows=447 width=128)
--   Hash Cond: (c."Customer" = o."Customer")
--   ->  DynamoDB BatchGetItem on "Customers" c  (cost=0.00..128.00 rows=256 width=64)
--         Projection: "Name", "Customer"
--         Keys From: o ("Customer")
--         Most Keys: 256; with more: Scan, 128 read units
--         Estimate: 128 read units, $0.000016, 0.01 s, 3 requests, 256 items
--   ->  Hash  (cost=29.00..29.00 rows=447 width=64)
--         ->  DynamoDB Query on "Orders" o  (cost=0.00..29.00 rows=447 width=64)
--               Key Condition: "Tenant" = 't1'
--               Projection: "Customer", "Tenant"
--               Condition: "Tenant" = 't1' (exact, by key)
--               Filter: (o."Customer" IS NOT NULL)
--               Estimate: 29 read units, $0.00000363, < 0.01 s, 1 request, 447 items
-- Estimated Bill: 157 read units, $0.0000196, 4 requests

SELECT name, (SELECT max(total) FROM orders o WHERE o.customer = c.customer) FROM customers c WHERE customer = 'c1';
-- Hash Left Join  (cost=12800.00..12800.50 rows=200 width=48)
--   Hash Cond: ("Customer" IS NOT DISTINCT FROM o."Customer")
--   SubPlan
--     ->  DynamoDB GetItem on "Customers" c  (cost=0.00..0.50 rows=1 width=64)
--           Key: "Customer" = 'c1'
--           Projection: "Name", "Customer"
--           Condition: "Customer" = 'c1' (exact, by key)
--           Estimate: 0.5 read units, < $0.000001, < 0.01 s, 1 request, 1 item
--   ->  CTE Scan on subplan  (cost=0.00..0.00 rows=200 width=0)
--   ->  Hash  (cost=12800.00..12800.00 rows=200 width=48)
--         ->  HashAggregate  (cost=12800.00..12800.00 rows=200 width=48)
--               Group Key: "Customer"
--               ->  Hash Semi Join  (cost=0.00..12800.00 rows=200000 width=48)
--                     Hash Cond: (o."Customer" = "Customer")
--                     ->  DynamoDB Scan on "Orders" o  (cost=0.00..12800.00 rows=200000 width=48)
--                           Segments: 8
--                           Projection: "Total", "Customer"
--                           Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
--                     ->  Hash  (cost=0.00..0.00 rows=200 width=0)
--                           ->  HashAggregate  (cost=0.00..0.00 rows=200 width=0)
--                                 ->  CTE Scan on subplan  (cost=0.00..0.00 rows=200 width=0)
-- Estimated Bill: 12,800.5 read units, $0.0016, 101 requests

SELECT count(*) FROM orders o FULL JOIN customers c ON c.customer = o.customer;
-- Aggregate  (cost=12928.00..12928.00 rows=1 width=64)
--   ->  Hash Full Join  (cost=128.00..12928.00 rows=200000 width=64)
--         Hash Cond: (o."Customer" = c."Customer")
--         ->  DynamoDB Scan on "Orders" o  (cost=0.00..12800.00 rows=200000 width=32)
--               Segments: 8
--               Projection: "Customer"
--               Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
--         ->  Hash  (cost=128.00..128.00 rows=5000 width=32)
--               ->  DynamoDB Scan on "Customers" c  (cost=0.00..128.00 rows=5000 width=32)
--                     Segments: 1
--                     Projection: "Customer"
--                     Estimate: 128 read units, $0.000016, 0.01 s, 1 request, 5,000 items
-- Estimated Bill: 12,928 read units, $0.00162, 101 requests

SELECT o.total FROM orders o, customers c WHERE o.total > c.name::numeric;
-- Nested Loop  (cost=0.00..12928.00 rows=200000 width=48)
--   ->  DynamoDB Scan on "Orders" o  (cost=0.00..12800.00 rows=200000 width=16)
--         Segments: 8
--         Projection: "Total"
--         Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
--   ->  DynamoDB Scan on "Customers" c  (cost=0.00..128.00 rows=5000 width=32)
--         Segments: 1
--         Projection: "Name"
--         Estimate: 128 read units, $0.000016, 0.01 s, 1 request, 5,000 items
-- Estimated Bill: 12,928 read units, $0.00162, 101 requests

SELECT c.name FROM customers c CROSS JOIN fresh f;
-- Nested Loop  (cost=0.00..130.00 rows=5000000 width=32)
--   ->  DynamoDB Scan on "Customers" c  (cost=0.00..128.00 rows=5000 width=32)
--         Segments: 1
--         Projection: "Name"
--         Estimate: 128 read units, $0.000016, 0.01 s, 1 request, 5,000 items
--   ->  DynamoDB Scan on "Fresh" f  (cost=0.00..2.00 rows=1000 width=0)
--         Segments: 1
--         Projection: "Customer"
--         Estimate: 2 read units, < $0.000001, < 0.01 s, 1 request, 1,000 items; the size of the table is not known, so this assumes 1,000 items
-- Estimated Bill: about 130 read units, $0.0000162, 2 requests
