-- The books of the library.

-- name: GetBook :one
-- GetBook returns one book, or sql.ErrNoRows.
SELECT ID, TITLE, COVER, SOLD, ADDED FROM BOOK WHERE ID = sqlc.arg(id);

-- name: CountBooks :one
SELECT COUNT(*) AS books FROM BOOK;

-- AddBook adds a book.
-- name: AddBook :exec
INSERT INTO BOOK (ID, TITLE, COVER, SOLD, ADDED, LANG)
VALUES (sqlc.arg(id), sqlc.arg(title), sqlc.narg(cover), sqlc.narg(sold), sqlc.narg(added), sqlc.arg(lang));

-- name: NextBookID :one
SELECT BOOK_SEQ.nextval AS id FROM DUAL;

-- name: SearchBooks :many
-- finds books, newest first; what is not given is not asked
SELECT ID, TITLE, SOLD
FROM BOOK
WHERE LANG = sqlc.arg(lang)
  /* when title */ AND TITLE LIKE sqlc.narg(title) /* end */
  /* when sold_from */ AND SOLD >= sqlc.narg(sold_from) /* end */
ORDER BY ID DESC
FETCH NEXT sqlc.arg(max_rows) ROWS ONLY;

-- name: BooksByTitle :many
SELECT ID, TITLE FROM BOOK WHERE TITLE IN (sqlc.slice(titles)) AND LANG = sqlc.arg(lang);

-- name: DeleteBooks :execrows
DELETE FROM BOOK WHERE ID IN (sqlc.slice(ids));

-- name: TitlesSimilar :many
-- an `each` part, and text that looks like macros: '?' and '{{x}}'
SELECT TITLE FROM BOOK
WHERE TITLE || '.' IN (/* each titles */ CAST(sqlc.arg(titles) AS VARCHAR(100)) || '.' /* end */)
  AND TITLE <> '?{{x}} $1 @y :z' -- not this one
  /* when lang */ AND LANG = sqlc.narg(lang) /* end */;
