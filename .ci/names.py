#!/usr/bin/env python3
"""Checks that every name of Spark's APIs is there, explained and tested, or said to be left out.

`python3 .ci/names.py` from anywhere. CRATE/spark_names.txt maps the names. Of each item that a name
maps to this asks: is it public and explained? In core also: does its documentation hold an example
that uses it, does a behaviour test use it? Documentation of a method on the view (`With`) may link
to the plain form instead. Sources are read as text, in rustfmt's form.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Crates with a list, and whether each name there needs an example and a test of its own. SQL's many
# functions are built alike, and tested where they are computed.
CRATES = {"core": True, "sql": False}

IMPL = re.compile(r"^impl\b.*?\b(\w+)(?:<.*>)?\s*(?:\{|$)")
ITEM = re.compile(r"^    pub (?:const fn|fn|const) (?:r#)?(\w+)")
FUNCTION = re.compile(r"^pub fn (\w+)")
# An entry of a macro that writes methods or functions: `fn name(..) ..;`, `name ..;`.
ENTRY = re.compile(r"^    (?:fn )?(\w+)\b.*;$")
# Methods and constants that a macro writes, beside the macro: `name = "answer";`, `NAME: true ..;`.
MADE = re.compile(r"^    (?:(\w+) = \"|([A-Z]\w+): (?:true|false))")
MADE_FOR = {"of_stats! {": "Rdd", "levels! {": "StorageLevel"}
# Inside of `macro_rules!`, eight spaces deep, with a type that is written out.
INNER_IMPL = re.compile(r"^        impl (\w+)<")
INNER_ITEM = re.compile(r"^            pub fn (\w+)")


def documentation(lines, at):
    """The doc comment above a line, without its slashes."""
    doc = []
    for line in reversed(lines[:at]):
        text = line.strip()
        if text.startswith("///"):
            doc.append(text[3:].strip())
        elif not text.startswith(("#[", '"', ")]")):
            break
    return "\n".join(reversed(doc))


def made_documentation(lines, name):
    """What the macro of a file writes above each item, for one of them."""
    text = "\n".join(line.strip().removeprefix("///").strip() for line in lines)
    macro = text.split("macro_rules!", 1)[1]
    return "\n" + macro.replace("stringify!($name)", name)


def inherent(line):
    """The type of which a line begins an `impl`, unless it is one of a trait."""
    if not line.startswith("impl") or re.search(r"> for |\w for ", line):
        return None
    rest, depth = line[len("impl"):], 0
    if rest.startswith("<"):
        for end, c in enumerate(rest):
            depth += (c == "<") - (c == ">")
            if depth == 0:
                rest = rest[end + 1:]
                break
    found = re.match(r"\s*(\w+)", rest)
    return found.group(1) if found else None


def items(crate):
    """(type, name) -> documentation, of everything public in an `impl`."""
    found = {}
    for path in sorted((ROOT / crate / "src").rglob("*.rs")):
        lines = path.read_text().splitlines()
        owner, inner = None, None
        for at, line in enumerate(lines):
            if line.startswith("impl"):
                owner = inherent(line)
            elif line in MADE_FOR:
                owner = MADE_FOR[line]
            elif line == "}":
                owner = inner = None
            elif match := INNER_IMPL.match(line):
                inner = match.group(1)
            elif inner and (match := INNER_ITEM.match(line)):
                found[inner, match.group(1)] = documentation(lines, at)
            elif owner and (match := ITEM.match(line) or MADE.match(line)):
                name = next(group for group in match.groups() if group)
                made = "" if ITEM.match(line) else made_documentation(lines, name)
                found[owner, name] = documentation(lines, at) + made
        for at, line in enumerate(lines):
            if match := re.match(r"^pub (?:struct|trait|type) (\w+)", line):
                found[match.group(1), None] = documentation(lines, at)
            elif match := FUNCTION.match(line):
                found[path.parent.name, match.group(1)] = documentation(lines, at)
        if crate != "core":
            found.update(entries(path, lines))
    return found


def entries(path, lines):
    """The same of what macros write, of which each entry stands in a line under its documentation."""
    text, macro, owner = "\n".join(lines), None, None
    for at, line in enumerate(lines):
        if match := re.match(r"^(\w+)! \{$", line):
            macro = match.group(1)
            rules = text.split(f"macro_rules! {macro} {{", 1)[-1].split("\n}\n", 1)[0]
            written = re.search(r"^ *impl (\w+) \{", rules, re.M)
            owner = written.group(1) if written else path.parent.name
        elif line == "}":
            macro = None
        elif macro and (match := re.match(r"^    (\w+), \w+;$", line)):
            owner = match.group(1)
        elif macro and (match := ENTRY.match(line)):
            yield (owner, match.group(1)), documentation(lines, at)


def tests():
    """The text of all behaviour tests."""
    files = [*(ROOT / "core/tests").rglob("*.rs"), *(ROOT / "examples/tests").rglob("*.rs")]
    files += [*(ROOT / "test-util/src/conformance").rglob("*.rs"), *(ROOT / "test-util/tests").rglob("*.rs")]
    texts = [path.read_text() for path in files]
    for path in (ROOT / "core/src").rglob("*.rs"):
        text = path.read_text()
        if path.name == "tests.rs" or "tests" in path.parent.parts:
            texts.append(text)
        elif "#[cfg(test)]\nmod tests {" in text:
            texts.append(text.split("#[cfg(test)]\nmod tests {", 1)[1])
    return "\n".join(texts)


def examples_of(doc):
    return "\n".join(re.findall(r"```(?:no_run)?\n(.*?)```", doc, re.S))


def has_example(found, owner, name):
    doc = found[owner, name]
    if re.search(rf"\b{name}\b", examples_of(doc)):
        return True
    # A part of a small type may be shown in the example of the type.
    return re.search(rf"\b{name}\b", examples_of(found.get((owner, None), ""))) is not None


def names(crate):
    """The list, as (name in Spark, item or None)."""
    for line in (ROOT / crate / "spark_names.txt").read_text().splitlines():
        if not line or line.startswith(("#", "[")):
            continue
        spark, item = line.split(" = ")
        yield spark, None if item == "left out" else tuple(item.split("::"))


def left_out(crate):
    """The names in the first column of README's table."""
    table = (ROOT / crate / "README.md").read_text().split("## Left out", 1)[1]
    first = (row.split("|")[1] for row in table.splitlines() if row.startswith("| `"))
    return {name for cell in first for name in re.findall(r"`([\w.]+)`", cell)}


def problems(crate, examples):
    found, tested, absent = items(crate), tests() if examples else "", left_out(crate)
    listed = list(names(crate))
    spark = [name for name, _ in listed]
    yield from (f"{entry[0]} is listed twice" for entry in set(listed) if listed.count(entry) > 1)
    for name, item in listed:
        if item is None:
            if name not in absent:
                yield f"{name} is left out, but {crate}/README.md does not say why"
            continue
        owner, method = item
        if item not in found:
            yield f"{name}: no public {owner}::{method}"
            continue
        if not found[item]:
            yield f"{name}: {owner}::{method} has no documentation"
        if not examples:
            continue
        if not has_example(found, owner, method):
            yield f"{name}: the documentation of {owner}::{method} has no example of it"
        used = "(NAMED|" + method + ")" if owner == "StorageLevel" else method
        if not re.search(rf"(\.|::){used}\b", tested):
            yield f"{name}: no behaviour test uses {owner}::{method}"
    for (owner, method), doc in sorted(found.items(), key=str):
        if owner == "With" and method and f"`Rdd::{method}`" not in doc and method not in ("rdd", "env"):
            yield f"With::{method} does not link to Rdd::{method}"
    for name in sorted(absent.difference(spark)):
        yield f"{name} is left out in {crate}/README.md, but {crate}/spark_names.txt does not list it"


def main():
    wrong = 0
    for crate, examples in CRATES.items():
        found = sorted(set(problems(crate, examples)))
        for problem in found:
            print(f"error: {problem}", file=sys.stderr)
        if not found:
            count = sum(1 for _ in names(crate))
            print(f"{crate}: {count} names of Spark are there, or said to be left out")
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
