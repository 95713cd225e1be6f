package dialecttest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sessiondb/sessiondb/sessionstore"
)

// Search against a model in memory: random filters over random sessions.
var searchModelCases = []testCase{
	{"AgreesWithTheModel", searchAgreesWithTheModel},
}

// modelSession is one session of the model: its newest row, and what its child
// rows say.
type modelSession struct {
	id      string
	stamp   int64
	tenant  int
	active  bool
	users   []string
	apps    []modelApp
	agents  []string
	ips     []string
	logins  []string
	history []row
}

type modelApp struct {
	subject string
	number  int32
}

// Values of two groups never are one key under a loose collation, so a session
// can have one of each.
var (
	modelUsers    = [2][]string{{"u", "U"}, {"v"}}
	modelSubjects = [2][]string{{"Alice", "ALICE", "al%ce", "al_ce", "élise", "ÉLISE"}, {"bob", "BOB ", `b\b`, "[bob]"}}
	modelAgents   = [2][]string{{"Mozilla/5.0 (X11)", "mozilla/5.0 (x11)", "100% real"}, {"curl", `cu"rl`, "CURL É"}}
	modelIPs      = [2][]string{{"10.0.0.1", "10.0.0.12"}, {"fe80::a", "::1"}}
	modelLogins   = [2][]string{{"1700000000000", "1700000000001", "999"}, {"0001700000000000", "soon", "99999999999999"}}
	modelTenants  = []int{5, 6, sessionstore.NoTenant}
)

func searchAgreesWithTheModel(t *testing.T, b *bundle) {
	model := b.modelSessions(t, rand.New(rand.NewPCG(3, 5)))
	rapid.Check(t, func(rt *rapid.T) {
		o, want := drawSearch(rt), []string{}
		for _, s := range model {
			if s.fulfils(o) {
				want = append(want, s.id)
			}
		}
		if o.Order == sessionstore.OrderNewest {
			slices.Reverse(want)
		}
		got := b.search(t, o)
		if o.Order == sessionstore.OrderByID { // the order is the database's own
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("%s, user %q, tenant %v, order %s, pages of %d:\ngot  %q\nwant %q", o.Filter, o.User, o.Tenant, o.Order, o.Limit, got, want)
		}
	})
}

// modelSessions makes and stores sessions, in the order of their newest rows.
func (b *bundle) modelSessions(t *testing.T, random *rand.Rand) []*modelSession {
	t.Helper()
	all := []*modelSession{}
	for i := range 60 {
		s := &modelSession{id: []string{"s%d", "S%d", "s%d é"}[random.IntN(3)], tenant: modelTenants[random.IntN(len(modelTenants))]}
		s.id = fmt.Sprintf(s.id, i/2)
		if !b.holds(s.id) || slices.ContainsFunc(all, func(other *modelSession) bool { return other.id == s.id }) {
			continue
		}
		s.log(random, time.Duration(i))
		// Child rows of two spellings of an id could be one key.
		if !slices.ContainsFunc(all, func(other *modelSession) bool {
			return strings.EqualFold(strings.TrimSuffix(other.id, " é"), strings.TrimSuffix(s.id, " é"))
		}) {
			s.describe(b, random)
		}
		for _, r := range s.history {
			p := b.params(r)
			if r.op == "STORE" {
				p.TenantID = int32(s.tenant)
			}
			must(t, b.store.Queries().InsertSession(t.Context(), p))
		}
		b.describe(t, s.id, s.children()...)
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *modelSession) int { return cmp.Compare(a.stamp, b.stamp) })
	return all
}

// log makes the rows of a session; no two sessions have a stamp in common.
func (s *modelSession) log(random *rand.Rand, own time.Duration) {
	at := -time.Duration(1+random.IntN(9))*hour + own
	for range 1 + random.IntN(3) {
		expires := []time.Duration{hour, -30 * time.Minute, never}[random.IntN(3)]
		s.history = append(s.history, stored(s.id, at, expires))
		s.active = expires != -30*time.Minute
		s.stamp = epoch.Add(at).UnixNano()
		at += time.Minute
	}
	if random.IntN(5) == 0 {
		s.history = append(s.history, deleted(s.id, at, 9*hour))
		s.active = false
	}
}

func (s *modelSession) describe(b *bundle, random *rand.Rand) {
	pick := func(groups [2][]string) (some []string) {
		for _, g := range groups {
			v := g[random.IntN(len(g))]
			if random.IntN(3) > 0 && b.holds(v) {
				some = append(some, v)
			}
		}
		return some
	}
	s.users, s.agents, s.ips, s.logins = pick(modelUsers), pick(modelAgents), pick(modelIPs), pick(modelLogins)
	for _, subject := range pick(modelSubjects) {
		s.apps = append(s.apps, modelApp{subject, 1 + random.Int32N(3)})
	}
}

func (s *modelSession) children() (rows []child) {
	for _, u := range s.users {
		rows = append(rows, mapped(u))
	}
	for _, a := range s.apps {
		rows = append(rows, app(a.subject, a.number))
	}
	for name, values := range map[string][]string{"User Agent": s.agents, "IP": s.ips, "Login Time": s.logins} {
		for _, v := range values {
			rows = append(rows, property(name, v))
		}
	}
	return rows
}

func drawSearch(rt *rapid.T) sessionstore.SearchOptions {
	o := sessionstore.SearchOptions{
		Order: rapid.SampledFrom(orders).Draw(rt, "order"),
		Limit: rapid.SampledFrom([]int{3, 20, 1000}).Draw(rt, "limit"),
		User:  rapid.SampledFrom([]string{"", "", "", "u", "U", "v"}).Draw(rt, "user"),
	}
	if rapid.IntRange(0, 2).Draw(rt, "with tenant") == 0 {
		o.Tenant = rapid.SampledFrom([]*int{&modelTenants[0], &modelTenants[1], &modelTenants[2]}).Draw(rt, "tenant")
	}
	for range rapid.IntRange(0, 3).Draw(rt, "conditions") {
		o.Filter.Conditions = append(o.Filter.Conditions, drawCondition(rt))
	}
	return o
}

func drawCondition(rt *rapid.T) sessionstore.Condition {
	text := func(attribute sessionstore.Attribute, groups ...string) sessionstore.Condition {
		value := rapid.SampledFrom(groups).Draw(rt, "value")
		from := rapid.IntRange(0, len([]rune(value))-1).Draw(rt, "from")
		upto := rapid.IntRange(from+1, len([]rune(value))).Draw(rt, "upto")
		op := rapid.SampledFrom([]sessionstore.Operator{"eq", "sw", "ew", "co"}).Draw(rt, "operator")
		part := string([]rune(value)[from:upto])
		if op == "eq" || strings.TrimSpace(part) == "" {
			part = value
		}
		if rapid.Bool().Draw(rt, "upper") {
			part = strings.ToUpper(part)
		}
		return sessionstore.Condition{Attribute: attribute, Operator: op, Value: part}
	}
	switch rapid.IntRange(0, 6).Draw(rt, "attribute") {
	case 0:
		return text("sessionId", "s1", "S2", "s3 é", "s14")
	case 1:
		return text("loginId", slices.Concat(modelSubjects[0], modelSubjects[1])...)
	case 2:
		return text("userAgent", slices.Concat(modelAgents[0], modelAgents[1])...)
	case 3:
		return text("ipAddress", slices.Concat(modelIPs[0], modelIPs[1])...)
	case 4:
		return sessionstore.Condition{Attribute: "appId", Operator: "eq", Value: rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(rt, "app")}
	case 5:
		op := rapid.SampledFrom([]sessionstore.Operator{"eq", "lt", "le", "gt", "ge"}).Draw(rt, "operator")
		return sessionstore.Condition{Attribute: "loginTime", Operator: op,
			Value: rapid.SampledFrom([]string{"999", "1700000000000", "1700000000001", "99999999999999"}).Draw(rt, "time")}
	default:
		op := rapid.SampledFrom([][2]string{{"since", "ge"}, {"since", "gt"}, {"until", "le"}, {"until", "lt"}}).Draw(rt, "operator")
		at := epoch.Add(-rapid.SampledFrom([]time.Duration{hour, 3 * hour, 5 * hour}).Draw(rt, "ago"))
		return sessionstore.Condition{Attribute: sessionstore.Attribute(op[0]), Operator: sessionstore.Operator(op[1]), Value: strconv.FormatInt(at.UnixNano(), 10)}
	}
}

func (s *modelSession) fulfils(o sessionstore.SearchOptions) bool {
	if !s.active || o.User != "" && !slices.Contains(s.users, o.User) {
		return false
	}
	if o.Tenant != nil && s.tenant != *o.Tenant && s.tenant != sessionstore.NoTenant {
		return false
	}
	apps := s.apps
	for _, c := range o.Filter.Conditions {
		switch c.Attribute {
		case "loginId":
			apps = those(apps, func(a modelApp) bool { return textFits(c, a.subject, true) })
		case "appId":
			apps = those(apps, func(a modelApp) bool { return fmt.Sprint(a.number) == c.Value })
		case "userAgent":
			if !slices.ContainsFunc(s.agents, func(v string) bool { return textFits(c, v, true) }) {
				return false
			}
		case "ipAddress":
			if !slices.ContainsFunc(s.ips, func(v string) bool { return textFits(c, v, false) }) {
				return false
			}
		case "sessionId":
			if !textFits(c, s.id, false) {
				return false
			}
		case "loginTime":
			if !slices.ContainsFunc(s.logins, func(v string) bool { return numberFits(c, v) }) {
				return false
			}
		default:
			if !numberFits(c, strconv.FormatInt(s.stamp, 10)) {
				return false
			}
		}
		if len(apps) == 0 && (c.Attribute == "loginId" || c.Attribute == "appId") {
			return false
		}
	}
	return true
}

func those[T any](all []T, keep func(T) bool) (some []T) {
	for _, v := range all {
		if keep(v) {
			some = append(some, v)
		}
	}
	return some
}

// textFits folds the letters of the model's own alphabet.
func textFits(c sessionstore.Condition, v string, folds bool) bool {
	want := c.Value
	if folds {
		want, v = strings.ToLower(want), strings.ToLower(v)
	}
	switch c.Operator {
	case "eq":
		return v == want
	case "sw":
		return strings.HasPrefix(v, want)
	case "ew":
		return strings.HasSuffix(v, want)
	default:
		return strings.Contains(v, want)
	}
}

func numberFits(c sessionstore.Condition, v string) bool {
	have, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return false
	}
	want, _ := strconv.ParseInt(c.Value, 10, 64)
	switch c.Operator {
	case "eq":
		return have == want
	case "lt":
		return have < want
	case "le":
		return have <= want
	case "gt":
		return have > want
	default:
		return have >= want
	}
}
