-- name: SellBook :execrows
UPDATE BOOK SET SOLD = sqlc.arg(sold), TITLE = sqlc.arg(title) WHERE ID = sqlc.arg(id) AND (SOLD IS NULL OR SOLD <> sqlc.arg(sold));

-- name: BooksOnLoan :many
SELECT b.ID, b.TITLE, l.READER, l.DUE, l.NOTE
FROM LOAN l
JOIN BOOK b ON b.ID = l.BOOK_ID
WHERE l.DUE < sqlc.arg(due) AND NOT EXISTS (SELECT 1 FROM LOAN o WHERE o.BOOK_ID = l.BOOK_ID AND o.DUE > l.DUE)
ORDER BY b.ID;

-- name: PutLoan :exec
-- PutLoan lends a book, or changes the day on which it is due.
MERGE INTO LOAN AS t
USING (SELECT CAST(sqlc.arg(book_id) AS INTEGER) AS BOOK_ID, CAST(sqlc.arg(reader) AS VARCHAR(100)) AS READER FROM SYSIBM.SYSDUMMY1) AS s
ON (t.BOOK_ID = s.BOOK_ID AND t.READER = s.READER)
WHEN MATCHED THEN UPDATE SET DUE = sqlc.narg(due)
WHEN NOT MATCHED THEN INSERT (BOOK_ID, READER, DUE) VALUES (s.BOOK_ID, s.READER, sqlc.narg(due));
