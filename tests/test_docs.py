"""The papers say what is so: what they name exists, and what the code cites of them is there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import COMMANDS, GROUPS

ROOT = Path(__file__).parents[1]
HIDDEN = {".git", ".venv", ".pytest_cache", "dist"}
PAGES = sorted(
    page for pattern in ("*.md", "docs/**/*.md", ".github/**/*.md") for page in ROOT.glob(pattern) if page.is_file()
)
FOLDERS = tuple(sorted(f"{each.name}/" for each in ROOT.iterdir() if each.is_dir() and each.name not in HIDDEN))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
PLACEHOLDER = re.compile(r"[*<>{}$]|\.\.\.|[A-Z]{4,}(?!\.md)")  # `bot/NAME/`, `docs/adr/*.md`: no one file is meant


def names(pages: list[Path]) -> list[str]:
    """How each page is called in the list of tests."""
    return [page.relative_to(ROOT).as_posix() for page in pages]


def code(page: Path) -> str:
    """What stands in backticks or in blocks of shell commands, a line each."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh|text)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]  # one may go on in the next line
    return "\n".join([*spans, *blocks])


def paths(page: Path) -> Iterator[tuple[str, str]]:
    """Whatever a page calls a file or a folder of the project, and what it says stands there: of `triage/due.py:agenda`
    that is a function, a class or a constant."""
    new = set(re.findall(r"^New file `([^`]+)`", page.read_text(encoding="utf-8"), re.MULTILINE))
    for span in code(page).split("\n"):
        for word in span.split():
            file, _, name = word.strip("(),;:").partition(":")
            if file.startswith(FOLDERS) and file not in new and not PLACEHOLDER.search(file):
                yield file, name.strip(":")


def anchor(heading: str) -> str:
    """What a heading is called in links."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_a_path_that_a_page_names_exists(page: Path) -> None:
    assert [file for file, _ in paths(page) if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_what_a_page_says_stands_in_a_file_stands_there(page: Path) -> None:
    missing = []
    for file, name in paths(page):
        if name and (ROOT / file).is_file():
            last = re.escape(name.rpartition(".")[2])
            there = re.compile(rf"^ *(?:(?:async )?def|class) {last}\b|^ *{last}\b.*=", re.MULTILINE)
            if not there.search((ROOT / file).read_text(encoding="utf-8")):
                missing.append(f"{file}:{name}")
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_a_link_between_pages_leads_somewhere(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        file, _, part = link.partition("#")
        there = page.parent / file if file else page
        if not there.exists():
            broken.append(link)
        elif part:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            broken += [] if part in map(anchor, headings) else [link]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_a_command_that_a_page_names_exists(page: Path) -> None:
    text = code(page)
    made = set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE))
    typed = set(re.findall(r"^(?:\S+ )*?(?:\S*/)?vigie ([a-z]+(?: [a-z]+)?)", text, re.MULTILINE))
    known = {*COMMANDS, *GROUPS, *(" ".join(name.split()[:2]) for name in COMMANDS)}
    assert made - TARGETS == set()
    assert [words for words in typed if not {words, words.partition(" ")[0]} & known] == []
    assert [words for words in typed if words.partition(" ")[0] in GROUPS and words not in known] == []


def test_every_page_is_linked_from_another_one() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in link and link.partition("#")[0]
    }
    pages = {page for page in PAGES if page.is_relative_to(ROOT / "docs")}
    assert [page.relative_to(ROOT).as_posix() for page in sorted(pages - linked)] == []


def test_a_word_of_the_glossary_is_found_by_its_letters_and_means_one_thing() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for section in glossary.split("\n## ")[1:]:
        words = [word.lower() for word in re.findall(r"^\| (.+?) \|", section, re.MULTILINE)[1:]]
        assert words == sorted(words)
    everything = re.findall(r"^\| (.+?) \|", glossary, re.MULTILINE)
    terms = [term for words in everything for term in words.split(", ") if term != "word"]
    assert [term for term in terms if terms.count(term) > 1] == []


def test_a_word_that_the_glossary_replaced_is_not_used() -> None:
    replaced = re.compile(r"(?<![a-z])(deeds?|sparing(?:ly)?|whisper(?:ed|s|ing)?)(?![a-z])", re.IGNORECASE)
    found = {
        f"{file.relative_to(ROOT)}: {match.group()}"
        for folder in ("triage", "storage", "scheduler", "bot", "tests", "benchmarks", "tools")
        for file in (ROOT / folder).rglob("*.py")
        if file != Path(__file__)
        for match in replaced.finditer(f"{file.stem} {file.read_text(encoding='utf-8')}")
    }
    assert found == set()


def test_the_picture_of_the_layers_is_the_contract_that_is_checked() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = page.partition("```text\n")[2].partition("```")[0].splitlines()
    drawn = [re.findall(r"(?:bot/)?\w+(?:/|\.py)(?= |$)", line.partition("   ")[0]) for line in picture]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (whole, inside) = [each["layers"] for each in contracts if each["type"] == "layers" and "containers" not in each]
    layers = [*inside, *whole[1:]]
    assert [[each.removesuffix("/").removesuffix(".py").replace("/", ".") for each in line] for line in drawn] == [
        layer.split(" | ") for layer in layers
    ]


def test_the_order_of_reading_names_every_module_of_triage_before_those_that_import_it() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = page.partition("## Inside `triage/`\n")[2].partition("\n## ")[0]
    rows = [re.findall(r"`(\w+)/?`", line) for line in section.splitlines() if line.startswith("| ")]
    rank = {module: place for place, row in enumerate(rows) for module in row}
    files = {
        path: path.relative_to(ROOT / "triage").parts[0].removesuffix(".py") for path in (ROOT / "triage").rglob("*.py")
    }
    assert set(rank) == set(files.values()) - {"__init__"}
    early = {
        f"{module} imports {other}"
        for path, module in files.items()
        if module in rank
        for found in re.finditer(
            r"^from triage(?:\.(\w+)| import (\w+))", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        for other in (found[1] or found[2],)
        if rank[other] > rank[module]
    }
    assert early == set()


def test_a_rule_that_the_code_cites_stands_in_the_rules_of_the_policy() -> None:
    rules = (ROOT / "docs" / "policy-rules.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^## (.+)$", rules, re.MULTILINE))
    cited = {}
    for folder in ("triage", "storage", "scheduler", "bot"):
        for file in (ROOT / folder).rglob("*.py"):
            joined = re.sub(r"\s*\n\s*(?:#:? )?", " ", file.read_text(encoding="utf-8"))
            for rules_cited in re.findall(r"\(policy: (?!Policy\b)([^)]*)\)", joined):  # there it is a parameter's type
                cited.update(dict.fromkeys(rules_cited.split("; "), file.relative_to(ROOT).as_posix()))
    assert len(cited) > 10
    assert {rule: where for rule, where in cited.items() if rule not in headings} == {}
