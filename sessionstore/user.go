package sessionstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sessiondb/sessiondb/dialects"
	"github.com/sessiondb/sessiondb/gen"
)

// FederatedDomain is the domain of users of an identity provider elsewhere.
const FederatedDomain = "FEDERATED"

// User is a user of an identity provider, as sessions are mapped to it. The users
// of a local user store have no row; their sessions are mapped to the id that the
// user store gave them.
type User struct {
	// ID and Name have at most 255 characters or bytes, in the database's unit.
	ID, Name string
	TenantID int
	// Domain is stored and looked for as strings.ToUpper makes it, and as
	// FederatedDomain when it is empty; at most 255.
	Domain string
	// IdPID is the identity provider's number.
	IdPID int
}

// AddUser adds a user, and succeeds when the very same is there already. It
// returns ErrDuplicate when the id has other values, or the name another id, and
// with it ErrOtherSpelling when the collation takes either for another one; or
// ErrInvalid, or the database's error classified.
func (s *Store) AddUser(ctx context.Context, u User) error {
	return s.idempotent(ctx, func(ctx context.Context, tx *Tx) error { return tx.AddUser(ctx, u) })
}

// FindUser reads the user of a name, tenant, domain and identity provider. It
// returns ErrNotFound, ErrInvalid, or the database's error classified.
func (s *Store) FindUser(ctx context.Context, name string, tenant int, domain string, idp int) (*User, error) {
	return s.root.findUser(ctx, User{Name: name, TenantID: tenant, Domain: domain, IdPID: idp})
}

// UserByID reads the user of an id. Errors are those of FindUser.
func (s *Store) UserByID(ctx context.Context, id string) (*User, error) {
	return s.root.userByID(ctx, id)
}

// UsersOfDomain lists the ids of the users of a domain in a tenant. It returns
// ErrInvalid or the database's error classified.
func (s *Store) UsersOfDomain(ctx context.Context, domain string, tenant int) ([]string, error) {
	return s.root.usersOfDomain(ctx, domain, tenant)
}

// AddUser is Store.AddUser inside the transaction.
func (t *Tx) AddUser(ctx context.Context, u User) error { return t.acc.addUser(ctx, u) }

// FindUser is Store.FindUser inside the transaction.
func (t *Tx) FindUser(ctx context.Context, name string, tenant int, domain string, idp int) (*User, error) {
	return t.acc.findUser(ctx, User{Name: name, TenantID: tenant, Domain: domain, IdPID: idp})
}

// UserByID is Store.UserByID inside the transaction.
func (t *Tx) UserByID(ctx context.Context, id string) (*User, error) { return t.acc.userByID(ctx, id) }

// UsersOfDomain is Store.UsersOfDomain inside the transaction.
func (t *Tx) UsersOfDomain(ctx context.Context, domain string, tenant int) ([]string, error) {
	return t.acc.usersOfDomain(ctx, domain, tenant)
}

func (a accessor) addUser(ctx context.Context, u User) error {
	row, err := a.s.limits.user(u)
	if err != nil {
		return err
	}
	for range a.s.opts.Attempts {
		n, err := a.main.InsertNewUser(ctx, gen.InsertNewUserParams(row))
		if n > 0 && err == nil && !a.s.limits.traits.LooseUpsert {
			return nil
		}
		if err != nil && !errors.Is(dialects.Classified(a.s.dialect, err), ErrDuplicate) {
			return a.s.wrap(fmt.Sprintf("add user %q", u.ID), err)
		}
		if err = a.isUser(ctx, row); !errors.Is(err, sql.ErrNoRows) {
			return a.s.wrap(fmt.Sprintf("add user %q", u.ID), err)
		}
	}
	return fmt.Errorf("%w: user %q came and went %d times", ErrConflict, u.ID, a.s.opts.Attempts)
}

// isUser reads back who has the keys of a user: nil when it is this very one.
func (a accessor) isUser(ctx context.Context, want gen.UserByKeyRow) error {
	got, err := a.main.UserByKey(ctx, want.UserID)
	if errors.Is(err, sql.ErrNoRows) {
		return a.nameTaken(ctx, want)
	}
	switch {
	case err != nil || got == want:
		return err
	case got.UserID != want.UserID:
		return fmt.Errorf("%w: %w: id %q is there: use that spelling, or give the column a binary collation", ErrDuplicate, ErrOtherSpelling, got.UserID)
	default:
		return fmt.Errorf("%w: this id is there with name %q, tenant %d, domain %q, identity provider %d: give another id, or these values",
			ErrDuplicate, got.UserName, got.TenantID, got.DomainName, got.IdpID)
	}
}

func (a accessor) nameTaken(ctx context.Context, want gen.UserByKeyRow) error {
	got, err := a.main.UserByNameKey(ctx, gen.UserByNameKeyParams{
		UserName: want.UserName, TenantID: want.TenantID, DomainName: want.DomainName, IdpID: want.IdpID,
	})
	switch {
	case err != nil:
		return err
	case got.UserName != want.UserName || got.DomainName != want.DomainName:
		return fmt.Errorf("%w: %w: name %q in domain %q is there: use that spelling, or give the columns a binary collation",
			ErrDuplicate, ErrOtherSpelling, got.UserName, got.DomainName)
	default:
		return fmt.Errorf("%w: name %q in domain %q is there with id %q: use that id (FindUser)", ErrDuplicate, got.UserName, got.DomainName, got.UserID)
	}
}

func (a accessor) findUser(ctx context.Context, u User) (*User, error) {
	u.ID = "?" // not looked for
	row, err := a.s.limits.user(u)
	if err != nil {
		return nil, err
	}
	id, err := a.main.FindUserID(ctx, gen.FindUserIDParams{
		UserName: row.UserName, TenantID: row.TenantID, DomainName: row.DomainName, IdpID: row.IdpID,
	})
	what := fmt.Sprintf("user %q of domain %q", u.Name, row.DomainName)
	if err != nil {
		return nil, a.userError(what, err)
	}
	u.ID, u.Domain = id, row.DomainName
	return &u, nil
}

func (a accessor) userByID(ctx context.Context, id string) (*User, error) {
	if err := a.s.limits.fits(userColumn, "User.ID", id); err != nil {
		return nil, err
	}
	row, err := a.main.UserByID(ctx, id)
	if err != nil {
		return nil, a.userError(fmt.Sprintf("user %q", id), err)
	}
	return &User{ID: id, Name: row.UserName, TenantID: int(row.TenantID), Domain: row.DomainName, IdPID: int(row.IdpID)}, nil
}

func (a accessor) userError(what string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%s %w", what, ErrNotFound)
	}
	return a.s.wrap("read "+what, err)
}

func (a accessor) usersOfDomain(ctx context.Context, domain string, tenant int) ([]string, error) {
	row, err := a.s.limits.user(User{ID: "?", Name: "?", Domain: domain, TenantID: tenant})
	if err != nil {
		return nil, err
	}
	ids, err := a.main.UserIDsOfDomain(ctx, gen.UserIDsOfDomainParams{DomainName: row.DomainName, TenantID: row.TenantID})
	return ids, a.s.wrap(fmt.Sprintf("list the users of domain %q", row.DomainName), err)
}

// user checks a user and makes the row of it.
func (l *limits) user(u User) (gen.UserByKeyRow, error) {
	domain := storedDomain(u.Domain)
	tenantID, errTenant := number("User.TenantID", u.TenantID)
	idp, errIdP := number("User.IdPID", u.IdPID)
	err := errors.Join(l.fits(userColumn, "User.ID", u.ID), l.fits(userColumn, "User.Name", u.Name),
		l.fits(userColumn, "User.Domain", domain), errTenant, errIdP)
	return gen.UserByKeyRow{UserID: u.ID, UserName: u.Name, TenantID: tenantID, DomainName: domain, IdpID: idp}, err
}

// storedDomain leaves broken UTF-8 as it is: strings.ToUpper would mend it, and
// another domain would be stored than the one that was asked for.
func storedDomain(domain string) string {
	switch {
	case domain == "":
		return FederatedDomain
	case !utf8.ValidString(domain):
		return domain
	}
	return strings.ToUpper(domain)
}
