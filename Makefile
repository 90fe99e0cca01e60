# Every target sets itself up: it needs only Node, npm and make. `make` alone lists the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo demo-kafka test check faults agreement bench stack node

# npm writes this file at the end of an installation; older than the lock file, or missing, it is due again.
INSTALLED := node_modules/.package-lock.json
BUNDLE := dist/tidemark.mjs
RUN := node --import tsx

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(INSTALLED) $(BUNDLE) ## simulated history, live traffic, the page and a stand-in CRM; takes DEMO_ARGS
	@exec $(RUN) demo/run.ts $(DEMO_ARGS)

demo-kafka: $(INSTALLED) $(BUNDLE) ## the same through a real Kafka and Redis, started for it
	@exec $(RUN) demo/run.ts --kafka $(DEMO_ARGS)

test: $(INSTALLED) ## everything: checks, unit, integration, alone, browser; TEST_ARGS="unit browser" for some stages
	@exec $(RUN) scripts/run-tests.ts $(TEST_ARGS)

check: $(INSTALLED) ## only the static checks: types, lint, layering, dead code
	@exec $(RUN) scripts/run-tests.ts checks

faults: $(INSTALLED) $(BUNDLE) ## every fault run: consumers and broker killed, stores that refuse, bad and late input; takes FAULTS_ARGS
	@exec $(RUN) tests/faults/run.ts $(FAULTS_ARGS)

agreement: $(INSTALLED) ## SQL against the reference evaluator: 10,000 random cases; takes AGREEMENT_ARGS, AGREEMENT_SEED
	@exec $(RUN) tests/agreement/run.ts $(AGREEMENT_ARGS)

bench: $(INSTALLED) $(BUNDLE) ## each benchmark in turn, against its baseline
	@for bench in check pass close tick ingest collector latency rules-test; do echo "== bench/$$bench.ts"; $(RUN) bench/$$bench.ts || exit 1; done

stack: $(INSTALLED) ## a local Kafka and Redis without Docker, until Ctrl-C
	@exec $(RUN) scripts/stack.ts

$(INSTALLED): package-lock.json | node
	npm ci --no-audit --no-fund
	@touch $@

# What bin/tidemark runs; made again when a source is newer, as after `git pull`.
$(BUNDLE): $(INSTALLED) scripts/bundle.mjs $(shell find src -name '*.ts')
	@node scripts/bundle.mjs
	@touch $@

node:
	@command -v node >/dev/null || { echo 'Tidemark needs Node 20.19 or later, and there is no node here: https://nodejs.org' >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); if (a < 20 || (a === 20 && b < 19)) { console.error("Tidemark needs Node 20.19 or later; this is " + process.versions.node); process.exit(1); }'
