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
INSERT INTO LOAN AS l (BOOK_ID, READER, DUE) VALUES (sqlc.arg(book_id), sqlc.arg(reader), sqlc.narg(due))
ON CONFLICT (BOOK_ID, READER) DO UPDATE SET DUE = excluded.DUE;
