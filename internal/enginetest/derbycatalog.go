package enginetest

import _ "embed"

// DerbyCatalog reads Apache Derby's catalog in place of DB2's: a value for
// dialects.Migrations.Catalog. What DB2's trigger fills counts as filled.
//
//go:embed derbycatalog.sql
var DerbyCatalog string
