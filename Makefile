# For people who work on sessiondb; users of the library need only "go get".
# "make" alone lists what there is.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GO ?= go
# Tools are built for this machine, without a C compiler, from modules of their
# own, so that their dependencies stay out of users' module graphs.
TOOL = CGO_ENABLED=0 $(GO)
ENGINES = $(GO) run ./internal/enginetest/enginectl --
PLUGIN_SOURCE = $(shell find cmd/sqlc-gen-dialect -type f ! -name '*_test.go' ! -path '*/testdata/*')

FUZZTIME ?= 5s
# Benchmarks name the ways they compare with "impl=NAME", the base of the ratio
# first: BenchmarkGet/engine=sqlite/impl=sql, BenchmarkGet/engine=sqlite/impl=store.
# Their "ratio" is measured by turns within one run. SHORT=1 takes less data; COUNT=6
# gives benchstat enough rounds for its intervals, in half an hour.
BENCH ?= .
BENCHTIME ?= 1s
COUNT ?= 2
SHORT ?=
BENCH_PACKAGES ?= ./...

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: build
build: ## compile everything, without a C compiler, and bin/sessiondb
	CGO_ENABLED=0 $(GO) build ./...
	CGO_ENABLED=0 $(GO) build -o bin/sessiondb ./cmd/sessiondb

.PHONY: generate
generate: bin/sqlc bin/sqlc-gen-dialect ## make gen/ from queries/ and schema/
	@tools/generate.sh

.PHONY: generate-examples
generate-examples: bin/sqlc bin/sqlc-gen-dialect ## make the generated code of examples/
	@tools/generate-examples.sh

.PHONY: test-examples
test-examples: ## run the suite on the dialect in a module of its own
	$(ENGINES) $(GO) test -C examples/mariadb-dialect -timeout 5m ./...

.PHONY: test
test: ## run the tests; engines that are not on this machine are skipped
	$(GO) test ./...

.PHONY: test-race
test-race: ## the same with the race detector and one server per engine
	$(ENGINES) $(GO) test -race ./...

.PHONY: lint
lint: bin/golangci-lint ## format, linters, house rules
	bin/golangci-lint run ./...
	cd examples/mariadb-dialect && ../../bin/golangci-lint run --config ../../.golangci.yml ./...
	tools/checks.sh

.PHONY: fuzz
fuzz: ## run every fuzz test for FUZZTIME (5s)
	tools/fuzz.sh $(FUZZTIME)

.PHONY: bench
bench: bin/benchstat ## run the benchmarks COUNT (2) times and print the ratios
	BENCH='$(BENCH)' BENCHTIME=$(BENCHTIME) COUNT=$(COUNT) SHORT=$(SHORT) PACKAGES='$(BENCH_PACKAGES)' $(ENGINES) tools/bench.sh dist/bench.txt
	bin/benchstat -table .name -row .fullname -col /impl dist/bench.txt | tee dist/bench-ratios.txt

.PHONY: vet-db2
vet-db2: ## compile and vet the DB2 dialect against IBM's CLI driver
	env="$$(tools/clidriver.sh)" && eval "$$env" && $(GO) build -tags db2 ./... && $(GO) vet -tags db2 ./...

.PHONY: test-db2
test-db2: ## run the DB2 dialect's tests through IBM's driver on Apache Derby
	env="$$(tools/clidriver.sh && tools/derby.sh)" && eval "$$env" && \
		tools/told.sh $(GO) test -tags db2 -count=1 -timeout 25m -v ./dialects/db2/ && $(GO) test -tags db2 -run DB2 ./schema/migrate/

.PHONY: test-engines
test-engines: ## run the dialects' tests on servers that are fetched for it
	tools/engines.sh

.PHONY: tidy
tidy: ## tidy the module files
	$(GO) mod tidy -e # a test dependency of a dependency is not served everywhere
	$(GO) -C tools mod tidy
	$(GO) -C tools/lint mod tidy
	$(GO) -C examples/mariadb-dialect mod tidy -e

.PHONY: clean
clean: ## remove what the targets here made, but not gen/
	rm -rf bin dist .sqlc

.PHONY: ci
ci: ## everything that CI runs
	.ci/run

# go build leaves an up-to-date program alone; touch says that it was looked at.
bin/sqlc: tools/go.mod tools/go.sum
	$(TOOL) build -C tools -o ../$@ github.com/sqlc-dev/sqlc/cmd/sqlc && touch $@

bin/benchstat: tools/go.mod tools/go.sum
	$(TOOL) build -C tools -o ../$@ golang.org/x/perf/cmd/benchstat && touch $@

bin/golangci-lint: tools/lint/go.mod tools/lint/go.sum
	$(TOOL) build -C tools/lint -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint && touch $@

bin/govulncheck: tools/lint/go.mod tools/lint/go.sum
	$(TOOL) build -C tools/lint -o ../../$@ golang.org/x/vuln/cmd/govulncheck && touch $@

bin/enginectl: $(wildcard internal/enginetest/*.go internal/enginetest/enginectl/*.go)
	$(TOOL) build -o $@ ./internal/enginetest/enginectl && touch $@

bin/sqlc-gen-dialect: $(PLUGIN_SOURCE)
	$(TOOL) build -o $@ ./cmd/sqlc-gen-dialect && touch $@
