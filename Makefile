# Everything that CI does, in the same words. `make help` lists the targets.

# Tools are installed into an ignored folder, one per version, so that changing a version here is all it takes.
BIN         := $(CURDIR)/.bin
STATICCHECK := $(BIN)/staticcheck-v0.8.2
GOFUMPT     := $(BIN)/gofumpt-v0.12.0
GOVULNCHECK := $(BIN)/govulncheck-v1.9.0

# How long each fuzz target runs, and which (a regular expression over names).
FUZZTIME      ?= 10m
FUZZSHORTTIME ?= 3s
FUZZ          ?= ^Fuzz

# How long each soak takes.
SOAKTIME ?= 10m

# How many messages hostile peers send, the seed they are made from, the number of the first session, and how many a second at most; how
# many idle sessions there are in a crowd.
HOSTILE ?= 1000000
SEED    ?= 1
FIRST   ?= 0
RATE    ?= 10000
CROWD   ?= 1000

# How long vats come and go; the calls are some 1700 for each second of it.
CHURN ?= 10m

# Which benchmarks run, and how long each.
BENCH     ?= .
BENCHTIME ?= 1s

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := all

.PHONY: all
all: build vet test lint ## Build, vet, test and lint: what a change must pass

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: build
build: ## Build every package and program
	go build ./...

.PHONY: test
test: test-bench ## Run all tests
	go test ./...

.PHONY: test-bench
test-bench: ## Run the tests of the module of the benchmarks
	cd examples/bench && go test ./...

.PHONY: race
race: ## Run the tests under the race detector, of the benchmarks too (-short: the long ones take minutes there)
	go test -race -short ./...
	cd examples/bench && go test -race -short ./...

.PHONY: vet
vet: ## Run go vet, on the module of the benchmarks too
	go vet ./...
	cd examples/bench && go vet ./...

.PHONY: lint
lint: $(STATICCHECK) $(GOFUMPT) ## Run staticcheck, and say which files gofumpt would change
	$(STATICCHECK) -checks all,-ST1000 ./...
	cd examples/bench && $(STATICCHECK) -checks all,-ST1000 ./...
	@files=$$($(GOFUMPT) -l .); if [ -n "$$files" ]; then echo "not formatted (make fmt):"; echo "$$files"; exit 1; fi

.PHONY: fmt
fmt: $(GOFUMPT) ## Format every file with gofumpt
	$(GOFUMPT) -w .

# In the module of the benchmarks, what others generate takes protoc and capnp.
.PHONY: generate
generate: ## Run ocapngen wherever a go:generate line asks for it
	go generate ./...
	cd examples/bench && go generate ./peer/benchcap

.PHONY: golden
golden: generate ## Write the golden files anew: generated code, diagnostics, API listings, limits in SECURITY.md
	go test ./golden ./golden/api -update
	go test ./runtime -run TestSecurityLimits -update

# The listing of generated files before and after tells whether they were current, whatever else is uncommitted.
GENERATED = git ls-files --cached --others --exclude-standard '*_ocapn.go' | xargs -r sha256sum

.PHONY: check
check: ## Check that generated code is current, go.mod tidy and no modernisation pending
	@before=$$($(GENERATED)); $(MAKE) --no-print-directory generate; after=$$($(GENERATED)); \
	if [ "$$before" != "$$after" ]; then \
		echo "generated code was not current; these files have changed:"; \
		diff <(echo "$$before") <(echo "$$after") | awk '/^>/ { print $$3 }'; exit 1; \
	fi
	go mod tidy -diff
	cd examples/bench && go mod tidy -diff
	go fix -diff ./...
	cd examples/bench && go fix -diff ./...

.PHONY: vuln
vuln: $(GOVULNCHECK) ## Ask govulncheck about known vulnerabilities, in the module of the benchmarks too; VULNDB names another database
	@.ci/vuln $(GOVULNCHECK)

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (10m); FUZZ=TwoVats picks by name
	@grep -rl --exclude-dir=.bin --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u | xargs go test -list '$(FUZZ)' \
	| awk '/^Fuzz/ { name[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print $$2, name[i]; n = 0 }' \
	| while read -r package target; do \
		echo "==> $$target ($$package), $(FUZZTIME)"; \
		.ci/fuzz "$$package" "$$target" $(FUZZTIME); \
	done

.PHONY: fuzz-short
fuzz-short: ## Run every fuzz target for a few seconds
	@$(MAKE) --no-print-directory fuzz FUZZTIME=$(FUZZSHORTTIME)

.PHONY: random
random: ## Test random descriptions for FUZZTIME (10m), from a seed that the failure names
	go test ./golden/random -v -timeout 0 -run TestDescriptions -random.time $(FUZZTIME) -random.count 40 -random.seed $$(date +%s)

.PHONY: soak
soak: ## Cut the conns of every netlayer at random for SOAKTIME (10m), under the race detector
	OCAPN_SOAK=$(SOAKTIME) go test -race -count 1 -v -timeout 0 -run '^TestSoak' ./runtime/netlayer/...

.PHONY: hostile
hostile: ## Attack a vat with HOSTILE (1000000) messages made from SEED, bombs, floods and a CROWD (1000) while honest peers call it; FIRST picks a session
	go test ./runtime/captp/internal/hostiletest -count 1 -v -timeout 0 -hostile.messages $(HOSTILE) \
		-hostile.seed $(SEED) -hostile.first $(FIRST) -hostile.rate $(RATE) -hostile.factor 2 -hostile.crowd $(CROWD)

.PHONY: churn
churn: ## Call vats that come and go, and cut their connections, for CHURN (10m), without and with the race detector
	go test -count 1 -v -timeout 0 -run '^TestChurn$$' ./runtime/captp -churn $(CHURN)
	go test -race -count 1 -v -timeout 0 -run '^TestChurn$$' ./runtime/captp -churn $(CHURN)

.PHONY: faults
faults: ## Cut connections, and end vats, at every byte of a script (ten minutes and more)
	go test -count 1 -v -timeout 0 -run 'AtAnyByte$$' ./runtime/captp -faults.all

.PHONY: bench
bench: ## Run the benchmarks; BENCH and BENCHTIME narrow them
	go test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem ./...

.PHONY: conformance
conformance: ## Run the official Python suite from the checkout that OCAPN_TEST_SUITE names
	.ci/conformance

.PHONY: editors
editors: ## Test the editor extension, headless, and build its .vsix (needs Node.js and npm)
	.ci/editors

.PHONY: page
page: ## Test the page of the chat in Chromium, headless (needs Node.js, npm and Chromium)
	.ci/page

$(STATICCHECK):
	@$(call install,honnef.co/go/tools/cmd/staticcheck,staticcheck)

$(GOFUMPT):
	@$(call install,mvdan.cc/gofumpt,gofumpt)

$(GOVULNCHECK):
	@$(call install,golang.org/x/vuln/cmd/govulncheck,govulncheck)

# install PACKAGE,NAME installs the version that the target's name ends with.
define install
echo "installing $(notdir $@)"; \
GOBIN=$(BIN) go install $(1)@$(lastword $(subst -, ,$(notdir $@))); \
mv $(BIN)/$(2) $@
endef
