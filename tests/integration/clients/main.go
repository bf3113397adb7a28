package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/lib/pq"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	withPq(os.Args[1])
	withPgx(os.Args[1])
}

func withPq(url string) {
	db, err := sql.Open("postgres", url+"?sslmode=disable")
	check(err)
	defer db.Close()
	check(db.Ping())
	var count int64
	check(db.QueryRow(`SELECT count(*) FROM reviews WHERE "User" = $1 AND "Rating" >= $2`, "Tristan", 4).Scan(&count))
	fmt.Println("pq", count)
	check(db.QueryRow(`SELECT count(*) FROM reviews WHERE "User" = ANY($1)`, pq.Array([]string{"Tristan"})).Scan(&count))
	fmt.Println("pq", count)
	_, err = db.Query("SELECT * FROM nowhere")
	fmt.Println("pq", err.(*pq.Error).Code)
}

func withPgx(url string) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	check(err)
	defer conn.Close(ctx)
	check(conn.Ping(ctx))
	var book string
	var rating int64
	sql := `SELECT "Book", "Rating" FROM reviews WHERE "User" = $1 AND "Rating" = $2 LIMIT $3`
	check(conn.QueryRow(ctx, sql, "Tristan", 5, 1).Scan(&book, &rating))
	fmt.Println("pgx", book, rating)
	batch := &pgx.Batch{}
	batch.Queue("SELECT 1")
	batch.Queue("SELECT $1::text", "two")
	results := conn.SendBatch(ctx, batch)
	var number int
	var text string
	check(results.QueryRow().Scan(&number))
	check(results.QueryRow().Scan(&text))
	check(results.Close())
	fmt.Println("pgx", number, text)
	tx, err := conn.Begin(ctx)
	check(err)
	rows := [][]any{{"go", "one", 1}, {"go", "two", 2}}
	copied, err := tx.CopyFrom(ctx, pgx.Identifier{"Reviews"}, []string{"User", "Book", "Rating"}, pgx.CopyFromRows(rows))
	check(err)
	check(tx.Rollback(ctx))
	fmt.Println("pgx", copied)
}
