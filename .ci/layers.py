#!/usr/bin/env python3
"""Checks that crates depend downwards only, and that flint-core stays light.

`python3 .ci/layers.py` from anywhere inside the workspace. A new crate must be entered in BELOW:
an arrow that is not written down there is an error. Only test crates may be dev-dependencies of
what they stand on, because such a circle is never part of a product.
"""

import json
import subprocess
import sys

# Crate -> the crates of this workspace that it may depend on.
BELOW = {
    "flint-core": set(),
    "flint-test-util": {"flint-core"},
    "flint-connect": {
        "flint-connect-plans",
        "flint-connect-protocol",
        "flint-core",
        "flint-sql",
        "flint-sql-columnar",
        "flint-sql-spec",
    },
    "flint-connect-plans": {"flint-connect-protocol", "flint-sql-parser", "flint-sql-spec"},
    # The wire alone: clients of ours may stand on it, too.
    "flint-connect-protocol": set(),
    "flint-cli": {"flint-connect", "flint-core", "flint-sql"},
    "flint-sql": {
        "flint-core",
        "flint-sql-analyzer",
        "flint-sql-columnar",
        "flint-sql-execution",
        "flint-sql-functions",
        "flint-sql-parser",
        "flint-sql-sources",
        "flint-sql-spec",
    },
    "flint-sql-columnar": {"flint-sql-spec"},
    "flint-sql-execution": {
        "flint-sql-analyzer",
        "flint-sql-columnar",
        "flint-sql-functions",
        "flint-sql-spec",
    },
    "flint-sql-functions": {"flint-sql-columnar", "flint-sql-spec"},
    "flint-sql-sources": {"flint-sql-columnar", "flint-sql-functions", "flint-sql-spec"},
    "flint-sql-spec": set(),
    # Whatever runs SQL is held against it, so it knows none of the others.
    "flint-sql-tpc": set(),
    "flint-sql-analyzer": {"flint-sql-parser", "flint-sql-spec"},
    "flint-sql-parser": {"flint-sql-spec"},
    "flint-examples": {"flint-core"},
    "flint-benchmarks": {"flint-core", "flint-examples", "flint-sql", "flint-sql-tpc"},
}
TEST_CRATES = {"flint-test-util", "flint-sql-parser", "flint-sql-tpc"}

CORE_PACKAGES = 120
# What must never be below flint-core: async runtimes, Arrow, DataFusion.
CORE_NEVER = ("tokio", "async-std", "smol", "arrow", "arrow-array", "arrow-schema", "datafusion")


def cargo(*args):
    done = subprocess.run(("cargo", *args), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(done.returncode)
    return done.stdout


def wrong_arrows():
    packages = json.loads(cargo("metadata", "--no-deps", "--format-version", "1"))["packages"]
    members = {package["name"] for package in packages}
    for package in packages:
        name = package["name"]
        if name not in BELOW:
            yield f"{name} is not in BELOW of .ci/layers.py"
            continue
        for dependency in package["dependencies"]:
            target = dependency["name"]
            if target not in members or target in BELOW[name]:
                continue
            if dependency["kind"] == "dev" and target in TEST_CRATES:
                continue
            yield f"{name} must not depend on {target}"


def heavy_core():
    tree = cargo("tree", "-p", "flint-core", "-e", "normal,build", "--prefix", "none")
    packages = {line.strip() for line in tree.splitlines()}
    print(f"flint-core stands on {len(packages)} packages, itself among them; {CORE_PACKAGES} are allowed")
    if len(packages) > CORE_PACKAGES:
        yield f"flint-core stands on {len(packages)} packages, more than {CORE_PACKAGES}"
    names = {package.split(" ")[0] for package in packages}
    for name in sorted(names.intersection(CORE_NEVER)):
        yield f"{name} must never be below flint-core"


def main():
    problems = [*wrong_arrows(), *heavy_core()]
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
