"""Somebody at the terminal."""

from __future__ import annotations


class Person:
    """They type these answers in turn."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.secret: list[str] = []
        self.shown = ""

    def say(self, text: str) -> None:
        self.shown += text + "\n"

    def ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0)

    def ask_secret(self, question: str) -> str:
        self.secret.append(question)
        return self.answers.pop(0)
