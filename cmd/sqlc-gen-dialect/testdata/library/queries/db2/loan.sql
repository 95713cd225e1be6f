-- name: SellBook :execrows
UPDATE BOOK SET SOLD = sqlc.arg(sold), TITLE = sqlc.arg(title) WHERE ID = sqlc.arg(id) AND (SOLD IS NULL OR SOLD <> sqlc.arg(sold));

-- name: BooksOnLoan :many
SELECT b.ID, b.TITLE, l.READER, l.DUE FROM LOAN l JOIN BOOK b ON b.ID = l.BOOK_ID WHERE l.DUE < sqlc.arg(due);
