CREATE TABLE customers(id INTEGER, name VARCHAR, email VARCHAR, country VARCHAR, created_at TIMESTAMPTZ, attrs JSON, tags VARCHAR[], vip BOOLEAN, score DOUBLE);
INSERT INTO customers VALUES
(1,'Alice','alice@example.com','GB','2024-01-05 10:00:00+00','{"addr": {"zip": "LS1", "city": "Leeds"}, "plan": "pro", "flags": ["a", "b"], "seats": 5}',['vip','beta'],true,9.5),
(2,'bob','BOB@Example.com','US','2024-02-10 23:30:00+00','{"addr": {"city": "Boston"}, "plan": "free", "flags": [], "seats": 1}',['beta'],false,3.25),
(3,'Carol','carol@x.org','US','2024-02-29 12:15:30.5+00','{"addr": null, "plan": "pro", "seats": 12}',NULL,NULL,NULL),
(4,'dave',NULL,'DE','2024-03-31 01:59:59+00',NULL,[],false,7),
(5,'Émile','emile@x.fr','FR','2023-12-31 23:59:59+00','{"n": 1.50, "plan": "team", "seats": "7"}',['vip'],true,-1.5),
(6,'_zed','zed@x.io',NULL,'2024-07-01 00:00:00+00','{}',['beta','a b',NULL],true,0),
(7,'Zoë',' padded ','GB','2024-07-15 08:00:00+00','{"plan": null}',['x'],false,2.5);
CREATE TABLE orders(id BIGINT, customer_id INTEGER, amount DECIMAL(10,2), qty INTEGER, status VARCHAR, placed TIMESTAMP, due DATE, note VARCHAR);
INSERT INTO orders VALUES
(1,1,100.50,2,'paid','2024-01-10 09:30:00','2024-01-20','first order'),
(2,1,20.00,1,'paid','2024-01-15 14:45:10.123','2024-01-25',NULL),
(3,2,5.25,7,'open','2024-02-11 00:00:00','2024-02-28','needs a_check'),
(4,2,NULL,3,'cancelled','2024-02-12 23:59:59','2024-03-01','100% off'),
(5,3,999.99,10,'paid','2024-03-01 06:00:00',NULL,'big'),
(6,4,0.00,0,'open','2024-03-31 12:00:00','2024-04-30',''),
(7,NULL,12.34,4,'paid','2024-04-15 18:20:00','2024-05-01','orphan'),
(8,5,77.70,5,'refunded','2024-06-30 23:00:00','2024-07-31','x'),
(9,1,33.33,3,'open','2024-07-04 04:04:04','2024-07-05','July'),
(10,6,250.00,NULL,'paid','2024-07-31 10:10:10','2024-08-30','last');
CREATE TABLE events(id INTEGER, user_id INTEGER, kind VARCHAR, "at" TIMESTAMPTZ, val DOUBLE, n BIGINT, uid UUID, payload JSON);
INSERT INTO events SELECT g, g%7+1, (['click','view','buy'])[g%3+1], '2024-05-01 00:00:00+00'::TIMESTAMPTZ + g*INTERVAL '37 minutes', CASE WHEN g%11=0 THEN NULL ELSE (g*7%13)/2.0 END, g*1000000000::BIGINT, ('00000000-0000-0000-0000-'||lpad(g::VARCHAR,12,'0'))::UUID, ('{"i": '||g||', "even": '||(g%2=0)::VARCHAR||'}')::JSON FROM range(1,61) t(g);
CREATE TABLE emp(id INTEGER, name VARCHAR, boss INTEGER, dept VARCHAR, sal INTEGER);
INSERT INTO emp VALUES (1,'root',NULL,'x',100),(2,'a',1,'x',50),(3,'b',1,'y',60),(4,'c',2,'y',50),(5,'d',2,'x',20),(6,'e',5,NULL,NULL);
CREATE TABLE "MixedCase"("Id" INTEGER, "User Name" VARCHAR, "select" INTEGER, lower VARCHAR);
INSERT INTO "MixedCase" VALUES (1,'A',10,'l1'),(2,'b',20,'l2');
