-- The books of the library.

-- name: GetBook :one
-- GetBook returns one book, or sql.ErrNoRows.
SELECT ID, TITLE, COVER, SOLD, ADDED, LANG, RATING, PRICE FROM BOOK WHERE ID = sqlc.arg(id);

-- name: CountBooks :one
SELECT COUNT(*) AS books FROM BOOK;

-- AddBook adds a book.
-- name: AddBook :exec
INSERT INTO BOOK (ID, TITLE, COVER, SOLD, ADDED, LANG, RATING, PRICE)
VALUES (sqlc.arg(id), sqlc.arg(title), sqlc.narg(cover), sqlc.narg(sold), sqlc.narg(added), sqlc.arg(lang), sqlc.narg(rating), sqlc.narg(price));

-- name: NextBookID :one
SELECT BOOK_SEQ.nextval AS id FROM DUAL;

-- name: SearchBooks :many
-- finds books, newest first; what is not given is not asked
SELECT ID, TITLE, SOLD
FROM BOOK
WHERE LANG = sqlc.arg(lang)
  /* when title */ AND TITLE LIKE sqlc.narg(title) /* end */
  /* when sold_from */ AND SOLD >= sqlc.narg(sold_from)
  AND (SOLD > sqlc.narg(sold_from) OR ID > sqlc.arg(id_from)) /* end */
ORDER BY ID DESC
FETCH NEXT sqlc.arg(max_rows) ROWS ONLY;

-- name: BooksByTitle :many
SELECT ID, TITLE FROM BOOK WHERE TITLE IN (sqlc.slice(titles)) AND LANG = sqlc.arg(lang);

-- name: DeleteBooks :execrows
DELETE FROM BOOK WHERE ID IN (sqlc.slice(ids)) /* when lang */ AND LANG = sqlc.narg(lang) /* end */;

-- name: TouchBooks :exec
UPDATE BOOK SET ADDED = sqlc.narg(added) WHERE ID IN (sqlc.slice(ids));

-- name: TitlesSimilar :many
-- an `each` part, and text that only looks like macros
SELECT TITLE FROM BOOK
WHERE TITLE || '.' IN (/* each titles */ CAST(sqlc.arg(titles) AS VARCHAR(100)) || '.' /* end */)
  AND TITLE <> q'[?{{x}} $1 @y :z 'sqlc.arg(a)']' -- not this one
  /* when lang */ AND LANG = sqlc.narg(lang) /* end */;
