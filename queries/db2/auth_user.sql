-- name: InsertUser :exec
-- InsertUser adds a user.
INSERT INTO IDN_AUTH_USER (USER_ID, USER_NAME, TENANT_ID, DOMAIN_NAME, IDP_ID)
VALUES (sqlc.arg(user_id), sqlc.arg(user_name), sqlc.arg(tenant_id), sqlc.arg(domain_name), sqlc.arg(idp_id));

-- name: UserByID :one
-- UserByID reads one user.
SELECT USER_NAME, TENANT_ID, DOMAIN_NAME, IDP_ID
FROM IDN_AUTH_USER
WHERE USER_ID = sqlc.arg(user_id) AND USER_ID || '.' = CAST(sqlc.arg(user_id) AS VARCHAR(255)) || '.';

-- name: FindUserID :one
-- FindUserID finds a user by name, tenant, domain and identity provider.
SELECT USER_ID
FROM IDN_AUTH_USER
WHERE USER_NAME = sqlc.arg(user_name) AND USER_NAME || '.' = CAST(sqlc.arg(user_name) AS VARCHAR(255)) || '.'
  AND TENANT_ID = sqlc.arg(tenant_id)
  AND DOMAIN_NAME = sqlc.arg(domain_name) AND DOMAIN_NAME || '.' = CAST(sqlc.arg(domain_name) AS VARCHAR(255)) || '.'
  AND IDP_ID = sqlc.arg(idp_id);

-- name: UserIDsOfDomain :many
-- UserIDsOfDomain lists the users of a domain in a tenant.
SELECT USER_ID
FROM IDN_AUTH_USER
WHERE DOMAIN_NAME = sqlc.arg(domain_name) AND DOMAIN_NAME || '.' = CAST(sqlc.arg(domain_name) AS VARCHAR(255)) || '.'
  AND TENANT_ID = sqlc.arg(tenant_id)
ORDER BY USER_ID;

-- name: CountUsers :one
-- CountUsers counts the rows of the table.
SELECT COUNT(*) AS TOTAL FROM IDN_AUTH_USER;

-- name: InsertNewUser :execrows
-- InsertNewUser adds a user unless its id or its name is taken; UserByKey and UserByNameKey say by whom.
-- The count tells nothing on MySQL, where it is 1 in either case.
INSERT INTO IDN_AUTH_USER (USER_ID, USER_NAME, TENANT_ID, DOMAIN_NAME, IDP_ID)
SELECT CAST(sqlc.arg(user_id) AS VARCHAR(255)), CAST(sqlc.arg(user_name) AS VARCHAR(255)), CAST(sqlc.arg(tenant_id) AS INTEGER), CAST(sqlc.arg(domain_name) AS VARCHAR(255)), CAST(sqlc.arg(idp_id) AS INTEGER) FROM SYSIBM.SYSDUMMY1
WHERE NOT EXISTS (SELECT 1 FROM IDN_AUTH_USER x WHERE x.USER_ID = sqlc.arg(user_id))
  AND NOT EXISTS (
    SELECT 1 FROM IDN_AUTH_USER y
    WHERE y.USER_NAME = sqlc.arg(user_name) AND y.TENANT_ID = sqlc.arg(tenant_id) AND y.DOMAIN_NAME = sqlc.arg(domain_name) AND y.IDP_ID = sqlc.arg(idp_id)
  );

-- name: UserByKey :one
-- UserByKey reads the row that the primary key takes for this user: where the collation is loose, it may be of
-- another spelling.
SELECT USER_ID, USER_NAME, TENANT_ID, DOMAIN_NAME, IDP_ID
FROM IDN_AUTH_USER
WHERE USER_ID = sqlc.arg(user_id);

-- name: UserByNameKey :one
-- UserByNameKey reads the row that the unique key takes for this user: where the collation is loose, it may be of
-- another spelling.
SELECT USER_ID, USER_NAME, TENANT_ID, DOMAIN_NAME, IDP_ID
FROM IDN_AUTH_USER
WHERE USER_NAME = sqlc.arg(user_name)
  AND TENANT_ID = sqlc.arg(tenant_id)
  AND DOMAIN_NAME = sqlc.arg(domain_name)
  AND IDP_ID = sqlc.arg(idp_id);
