"""What a person is told when a request cannot be carried out."""

from __future__ import annotations


class Refusal(Exception):
    """A request that was understood and is refused.

    `code` names the sentence in the locales (`refusal.<code>`), `values` fill its gaps. The sentence says what is
    wrong and what to do instead; nothing has been changed when a Refusal is raised.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class PolicyError(ValueError):
    """A policy that cannot be used. `problems` holds one sentence per problem, each naming the key; `file` is where it
    was read from, if that is known."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        self.file: str | None = None
