package dialecttest

import (
	"context"

	"github.com/sessiondb/sessiondb/gen"
)

// sweepQueries are those of the orphan sweep and of the purge of waits.
func sweepQueries() map[string]func(context.Context, gen.Querier) error {
	list := []string{"i", "j", "k"}
	after, upto := text("a"), text("z")
	return map[string]func(context.Context, gen.Querier) error{
		"LoggedIDs": func(ctx context.Context, q gen.Querier) error {
			return result(q.LoggedIDs(ctx, gen.LoggedIDsParams{SessionIDs: list, SessionType: "t"}))
		},
		"MappingBoundary": func(ctx context.Context, q gen.Querier) error {
			return result(q.MappingBoundary(ctx, gen.MappingBoundaryParams{AfterID: after, Skip: 1}))
		},
		"AppInfoBoundary": func(ctx context.Context, q gen.Querier) error {
			return result(q.AppInfoBoundary(ctx, gen.AppInfoBoundaryParams{AfterID: after, Skip: 1}))
		},
		"MetaDataBoundary": func(ctx context.Context, q gen.Querier) error {
			return result(q.MetaDataBoundary(ctx, gen.MetaDataBoundaryParams{AfterID: after, Skip: 1}))
		},
		"OrphanedMappings": func(ctx context.Context, q gen.Querier) error {
			return result(q.OrphanedMappings(ctx, gen.OrphanedMappingsParams{SessionType: "t", AfterID: after, UptoID: upto}))
		},
		"OrphanedAppInfo": func(ctx context.Context, q gen.Querier) error {
			return result(q.OrphanedAppInfo(ctx, gen.OrphanedAppInfoParams{SessionType: "t", AfterID: after, UptoID: upto}))
		},
		"OrphanedMetaData": func(ctx context.Context, q gen.Querier) error {
			return result(q.OrphanedMetaData(ctx, gen.OrphanedMetaDataParams{SessionType: "t", AfterID: after, UptoID: upto}))
		},
		"DeleteOrphanedMappings": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteOrphanedMappings(ctx, gen.DeleteOrphanedMappingsParams{SessionIDs: list, SessionType: "t"}))
		},
		"DeleteOrphanedAppInfo": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteOrphanedAppInfo(ctx, gen.DeleteOrphanedAppInfoParams{SessionIDs: list, SessionType: "t"}))
		},
		"DeleteOrphanedMetaData": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteOrphanedMetaData(ctx, gen.DeleteOrphanedMetaDataParams{SessionIDs: list, SessionType: "t"}))
		},
		"WaitBoundary": func(ctx context.Context, q gen.Querier) error {
			return result(q.WaitBoundary(ctx, gen.WaitBoundaryParams{FromID: 1, Skip: 1}))
		},
		"DeleteExpiredWaits": func(ctx context.Context, q gen.Querier) error {
			return result(q.DeleteExpiredWaits(ctx, gen.DeleteExpiredWaitsParams{FromID: 1, UptoID: num(9), Before: epoch}))
		},
	}
}
