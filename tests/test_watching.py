"""The dashboard and the alert rules name only metrics and labels that Vigie has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.watching.metrics import written
from scheduler.tally import ANSWERED, LATE, LOOKED_UP, PLANNED, SWEPT, TRIED
from storage.figures import Figures

ROOT = Path(__file__).parents[1]
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/vigie.json").read_text(encoding="utf-8"))
ALERTS: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text(encoding="utf-8"))
RULES: list[dict[str, Any]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]
OF_PROMETHEUS = {"up": {"job", "instance"}}
EVERYWHERE = {"job", "instance"}
QUERIES = {
    **{
        f"panel {panel['title']} {target['refId']}": target["expr"]
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    },
    **{f"alert {rule['alert']}": rule["expr"] for rule in RULES},
}


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    """Every metric, with the names of its labels."""
    ANSWERED.note(0.1, "slack", "command")
    LATE.note(0.1, "slack", "deadline")
    SWEPT.note(0.1)
    TRIED.add("slack", "sent")
    LOOKED_UP.add("slack", "yes")
    PLANNED.add("planned")
    found = Figures(
        {("slack", "pending", "notice"): 1}, {"slack": 1}, {"slack": 1}, 1.0, {("slack", "unanswered"): 1}, 1, 1.0,
        swept_ago=1.0, audited_ago=1.0,
    )  # fmt: skip
    text, _ = written(found, is_ready=True, ahead=timedelta(seconds=31))
    samples = [each for family in text_string_to_metric_families(text.decode()) for each in family.samples]
    return {each.name: set(each.labels) | EVERYWHERE for each in samples} | OF_PROMETHEUS


def metrics_in(query: str) -> Iterator[tuple[str, set[str]]]:
    """Each metric of a query, with the labels that are asked of it."""
    for name, matchers in re.findall(r"\b((?:vigie|process)_\w+|up)\b(?:\{([^}]*)\})?", query):
        yield name, set(re.findall(r"(\w+)\s*(?:=~|!=|!~|=)", matchers or ""))


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_names_metrics_and_labels_that_exist(query: str, known: dict[str, set[str]]) -> None:
    found = list(metrics_in(query))
    assert found
    assert query.count("(") == query.count(")")
    for name, labels in found:
        assert name in known
        assert labels <= known[name]
    for by in re.findall(r"\bby \(([^)]*)\)", query):
        wanted = {each.strip() for each in by.split(",")}
        assert any(wanted <= known[name] for name, _ in found), wanted


def test_every_metric_of_ours_is_shown(known: dict[str, set[str]]) -> None:
    shown = {name for query in QUERIES.values() for name, _ in metrics_in(query)}
    ours = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in known if name.startswith("vigie_")}
    assert ours - {re.sub(r"_(bucket|count|sum)$", "", name) for name in shown} == set()


def test_each_metric_is_explained_where_operators_read(known: dict[str, set[str]]) -> None:
    page = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    ours = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in known if name.startswith("vigie_")}
    assert {name for name in ours if f"`{name}`" not in page} == set()


def test_each_alert_says_what_to_do() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert {"summary", "description"} <= set(rule["annotations"])
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_a_label_has_few_values_and_names_nothing_private(known: dict[str, set[str]]) -> None:
    labels = set().union(*(labels for name, labels in known.items() if name.startswith("vigie_")))
    assert labels == {"platform", "kind", "of", "result", "found", "state", "what", "cause", "le", *EVERYWHERE}
