// One line of JSON for each step; the test compares them.
const { Client, Pool } = require('pg');

async function main(connectionString) {
  const show = (value) => console.log(JSON.stringify(value));
  const client = new Client({ connectionString });
  await client.connect();
  show((await client.query("SELECT 1 AS a, 1.5::numeric AS b, ARRAY[1,2] AS c, '{\"a\":1}'::jsonb AS d")).rows);
  show((await client.query('SELECT 1 AS a; SELECT 2 AS b')).map((result) => result.rows));
  const books = 'SELECT "Book" FROM reviews WHERE "User" = $1 AND "Rating" >= $2 ORDER BY 1 LIMIT $3';
  show((await client.query(books, ['Tristan', 4, 2])).rows);
  show((await client.query('SELECT count(*) AS n FROM reviews WHERE "User" = ANY($1)', [['Tristan', 'nobody']])).rows);
  for (const n of [1, 2]) show((await client.query({ name: 'plus', text: 'SELECT $1::int + 1 AS n', values: [n] })).rows);
  show((await client.query({ text: 'SELECT 1::int4 AS a, 2::int8 AS b', rowMode: 'array', binary: true })).rows);
  await client.query('SELECT * FROM nowhere').catch((error) => show([error.code, error.position]));
  await client.query('BEGIN');
  await client.query('INSERT INTO reviews ("User", "Book", "Rating") VALUES ($1, $2, $3)', ['node', 'one', 3]);
  show((await client.query('SELECT "Rating" FROM reviews WHERE "User" = $1', ['node'])).rows);
  await client.query('ROLLBACK');
  const heard = new Promise((resolve) => client.once('notification', (news) => resolve([news.channel, news.payload])));
  await client.query('LISTEN node_news');
  await client.query("NOTIFY node_news, 'hello'");
  show(await heard);
  await client.end();
  const pool = new Pool({ connectionString, max: 3 });
  const numbers = await Promise.all([1, 2, 3, 4, 5].map((i) => pool.query('SELECT $1::int AS i', [i])));
  show(numbers.map((result) => result.rows[0].i));
  await pool.end();
}

main(process.argv[2]).catch((error) => { console.error(error); process.exit(1); });
