-- size: INTEGER = 19

-- name: Table
SELECT CASE WHEN type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' THEN 'table' ELSE 'other' END, NULL, 1
FROM sqlite_master
WHERE lower(name) = lower('{table}') AND type IN ('table', 'view')

-- An INTEGER that alone is the primary key is the row's number: it fills itself, and is never NULL.
-- name: Columns
SELECT upper(c.name),
    c.type,
    CASE WHEN c."notnull" OR n.number = c.name THEN 0 ELSE 1 END,
    CASE WHEN n.number = c.name THEN 1 ELSE 0 END,
    c.dflt_value,
    NULL,
    NULL
FROM pragma_table_xinfo('{table}') c
LEFT JOIN (
    SELECT max(p.name) AS number
    FROM pragma_table_xinfo('{table}') p
    WHERE p.pk > 0 AND NOT (SELECT t.wr FROM pragma_table_list('{table}') t WHERE t.schema = 'main')
    HAVING count(*) = 1 AND max(upper(p.type)) = 'INTEGER'
) n ON n.number = c.name
WHERE c.hidden = 0
ORDER BY c.cid

-- The row's number has no index, so it is not in pragma_index_list.
-- name: Keys
SELECT name, kind, part, NULL, descending, special, ddl
FROM (
    SELECT l.name AS name,
        CASE WHEN l.origin = 'pk' THEN 'primary' WHEN l."unique" THEN 'unique' ELSE 'index' END AS kind,
        x.name || CASE WHEN x.coll <> 'BINARY' THEN ' COLLATE ' || x.coll ELSE '' END AS part,
        x."desc" AS descending, CASE WHEN l.partial THEN 'partial' END AS special,
        CASE WHEN EXISTS (SELECT 1 FROM pragma_index_xinfo(l.name) y WHERE y.key = 1 AND y.name IS NULL) THEN m.sql END AS ddl, x.seqno AS seqno
    FROM pragma_index_list('{table}') l
    JOIN pragma_index_xinfo(l.name) x
    LEFT JOIN sqlite_master m ON m.type = 'index' AND m.name = l.name
    WHERE x.key = 1
    UNION ALL
    SELECT '', 'primary', p.name, 0, NULL, NULL, p.pk
    FROM pragma_table_xinfo('{table}') p
    WHERE p.pk > 0 AND NOT EXISTS (SELECT 1 FROM pragma_index_list('{table}') o WHERE o.origin = 'pk')
)
ORDER BY name, seqno
