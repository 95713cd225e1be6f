-- size: TIMESTAMP = 6
-- size: TIMESTAMP WITH TIME ZONE = 6

-- name: Table
SELECT CASE WHEN c.relkind IN ('r', 'p') THEN 'table' ELSE 'other' END, '', 1
FROM pg_catalog.pg_class c
WHERE c.oid = to_regclass('{name}')

-- name: Columns
SELECT CASE WHEN a.attname = lower(a.attname) THEN upper(a.attname) ELSE '"' || a.attname || '"' END,
    format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN 0 ELSE 1 END,
    CASE WHEN a.attidentity <> '' THEN 1 ELSE 0 END,
    pg_get_expr(d.adbin, d.adrelid),
    NULL,
    NULL
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = to_regclass('{name}') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum

-- name: Keys
SELECT i.relname,
    CASE WHEN x.indisprimary THEN 'primary' WHEN x.indisunique THEN 'unique' ELSE 'index' END,
    pg_get_indexdef(x.indexrelid, k.n, true),
    NULL,
    x.indoption[k.n - 1] & 1,
    CASE WHEN NOT x.indisvalid THEN 'invalid' WHEN x.indpred IS NOT NULL THEN 'partial'
        WHEN NOT x.indimmediate THEN 'deferrable' WHEN m.amname <> 'btree' THEN m.amname END,
    NULL
FROM pg_catalog.pg_index x
JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_am m ON m.oid = i.relam
CROSS JOIN LATERAL generate_series(1, x.indnkeyatts) AS k(n)
WHERE x.indrelid = to_regclass('{name}')
ORDER BY i.relname, k.n
