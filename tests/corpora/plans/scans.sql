-- Reads of a whole table.

SELECT * FROM orders;
-- DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=200000 width=733)
--   Segments: 8
--   Projection: whole items
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT count(*) FROM orders;
-- Aggregate  (cost=12800.00..12800.00 rows=1 width=0)
--   ->  DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=200000 width=0)
--         Segments: 8
--         Select: COUNT
--         Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT total FROM orders WHERE total > 10 AND paid;
-- DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=66667 width=17)
--   Segments: 8
--   Filter Expression: ("Total" > 10 OR ((attribute_exists("Total") AND NOT attribute_type("Total", NULL)) AND NOT attribute_type("Total", N))) AND ("Paid" = true OR ((attribute_exists("Paid") AND NOT attribute_type("Paid", NULL)) AND NOT attribute_type("Paid", BOOL)))
--   Projection: "Total", "Paid"
--   Condition: "Total" > 10 (inexact, by filter)
--   Condition: "Paid" = true (inexact, by filter)
--   Residual Filter: ("Total" > 10) AND ("Paid" = true)
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT total FROM orders WHERE total > 10 OR status IS NULL;
-- DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=66667 width=48)
--   Segments: 8
--   Filter Expression: ("Total" > 10 OR ((attribute_exists("Total") AND NOT attribute_type("Total", NULL)) AND NOT attribute_type("Total", N))) OR (attribute_not_exists("Status") OR attribute_type("Status", NULL))
--   Projection: "Total", "Status"
--   Condition: "Total" > 10 OR "Status" IS NULL (inexact, by filter)
--   Residual Filter: ("Total" > 10 OR "Status" IS NULL)
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT total FROM orders WHERE status NOT IN ('open', 'paid');
-- DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=66667 width=48)
--   Segments: 8
--   Filter Expression: (attribute_exists("Status") AND NOT attribute_type("Status", NULL)) AND NOT "Status" IN ('open', 'paid')
--   Projection: "Total", "Status"
--   Condition: "Status" NOT IN ('open', 'paid') (exact, by filter)
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT total FROM orders WHERE document->'Address'->>'City' = 'Oslo';
-- DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=66667 width=48)
--   Segments: 8
--   Filter Expression: "Address"."City" IN ('Oslo', B'Oslo')
--   Projection: "Total", "Address"."City"
--   Condition: document->'Address'->>'City' = 'Oslo' (inexact, by filter)
--   Residual Filter: (document->'Address'->>'City' = 'Oslo')
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT total FROM orders WHERE lower(document->'Address'->>'City') = 'oslo' AND total + 1 > 3;
-- DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=200000 width=48)
--   Segments: 8
--   Projection: "Total", "Address"."City"
--   Filter: (lower(document->'Address'->>'City') = 'oslo') AND (("Total" + 1.00) > 3.00)
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT total FROM orders WHERE lower(status) = 'open';
-- DynamoDB Scan on "Orders"  (cost=0.00..12800.00 rows=200000 width=48)
--   Segments: 8
--   Projection: "Total", "Status"
--   Filter: (lower("Status") = 'open')
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests

SELECT * FROM orders LIMIT 5;
-- Limit  (cost=0.00..0.50 rows=5 width=733)
--   ->  DynamoDB Scan on "Orders"  (cost=0.00..0.50 rows=5 width=733)
--         Segments: 1
--         Projection: whole items
--         Limit: 5
--         Estimate: 0.5 read units, < $0.000001, < 0.01 s, 1 request, 5 items
-- Estimated Bill: 0.5 read units, < $0.000001, 1 request

SELECT * FROM orders WHERE false;
-- Result  (cost=0.00..0.00 rows=1 width=0)
--   One-Time Filter: false
--   ->  DynamoDB No Read on "Orders"  (cost=0.00..0.00 rows=1 width=733)
--         Reason: the conditions on the key contradict each other
--         Estimate: 0 read units, $0, < 0.01 s, 0 requests, 0 items
-- Estimated Bill: 0 read units, $0, 0 requests

SELECT * FROM fresh;
-- DynamoDB Scan on "Fresh"  (cost=0.00..2.00 rows=1000 width=64)
--   Segments: 1
--   Projection: whole items
--   Estimate: 2 read units, < $0.000001, < 0.01 s, 1 request, 1,000 items; the size of the table is not known, so this assumes 1,000 items
-- Estimated Bill: about 2 read units, < $0.000001, 1 request

EXPLAIN (COSTS OFF) SELECT total FROM orders WHERE customer LIKE 'c%';
-- DynamoDB Scan on "Orders"
--   Segments: 8
--   Filter Expression: begins_with("Customer", 'c')
--   Projection: "Total", "Customer"
--   Condition: "Customer" LIKE 'c%' (exact, by filter)

EXPLAIN VERBOSE SELECT * FROM orders WHERE placed = '2024-01-01';
-- DynamoDB Scan on "Orders" using by_placed  (cost=0.00..12800.00 rows=66667 width=733)
--   Output: Tenant, OrderId, Customer, Placed, Status, Address, Paid, Total, document
--   Index: local secondary index, projects ALL
--   Segments: 8
--   Filter Expression: "Placed" = '2024-01-01'
--   Projection: whole items
--   Condition: "Placed" = '2024-01-01' (exact, by filter)
--   Estimate: 12,800 read units, $0.0016, 1.07 s, 100 requests, 200,000 items
--   Not Used: index by_customer: items without "Customer" are not in it, and nothing says that it is there
--   Not Used: index by_status: items without "Status" are not in it, and nothing says that it is there
--   Not Used: Scan Orders in 8 segments: no cheaper
-- Estimated Bill: 12,800 read units, $0.0016, 100 requests
