-- sqlc's SQLite engine keeps the case of an added column and looks it up in lower case.
ALTER TABLE LOAN ADD COLUMN note VARCHAR(200);
