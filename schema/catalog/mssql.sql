-- size: DATETIME = 3
-- size: DATETIME2 = 7
-- size: NUMERIC = 18

-- name: Table
SELECT CASE WHEN o.type = 'U' THEN 'table' ELSE 'other' END, NULL, 1
FROM sys.objects o
WHERE o.object_id = OBJECT_ID('{name}')

-- name: Columns
SELECT UPPER(c.name),
    CASE
        WHEN t.name IN ('text', 'ntext') THEN 'clob'
        WHEN t.name IN ('varchar', 'char', 'varbinary', 'binary', 'nvarchar', 'nchar') AND c.max_length = -1 THEN t.name + '(max)'
        WHEN t.name IN ('varchar', 'char', 'varbinary', 'binary') THEN t.name + '(' + CAST(c.max_length AS VARCHAR(10)) + ')'
        WHEN t.name IN ('nvarchar', 'nchar') THEN t.name + '(' + CAST(c.max_length / 2 AS VARCHAR(10)) + ')'
        WHEN t.name IN ('decimal', 'numeric') THEN t.name + '(' + CAST(c.[precision] AS VARCHAR(10)) + ',' + CAST(c.scale AS VARCHAR(10)) + ')'
        WHEN t.name IN ('datetime2', 'datetimeoffset') THEN t.name + '(' + CAST(c.scale AS VARCHAR(10)) + ')'
        ELSE t.name
    END,
    CAST(c.is_nullable AS INTEGER),
    CAST(c.is_identity AS INTEGER),
    d.[definition],
    NULL,
    NULL
FROM sys.columns c
JOIN sys.types t ON t.user_type_id = c.system_type_id
LEFT JOIN sys.default_constraints d ON d.object_id = c.default_object_id
WHERE c.object_id = OBJECT_ID('{name}')
ORDER BY c.column_id

-- name: Keys
SELECT i.name,
    CASE WHEN i.is_primary_key = 1 THEN 'primary' WHEN i.is_unique = 1 THEN 'unique' ELSE 'index' END,
    c.name,
    NULL,
    CAST(x.is_descending_key AS INTEGER),
    CASE WHEN i.is_disabled = 1 THEN 'disabled' WHEN i.has_filter = 1 THEN 'partial'
        WHEN i.ignore_dup_key = 1 THEN 'ignore_dup_key' WHEN i.type > 2 THEN LOWER(i.type_desc) END,
    NULL
FROM sys.indexes i
JOIN sys.index_columns x ON x.object_id = i.object_id AND x.index_id = i.index_id
JOIN sys.columns c ON c.object_id = x.object_id AND c.column_id = x.column_id
WHERE i.object_id = OBJECT_ID('{name}') AND i.is_hypothetical = 0 AND x.key_ordinal > 0
ORDER BY i.name, x.key_ordinal
