"""Forgetting somebody, or a customer: what they typed is erased, and what names them names nobody any more, in every
table. Events, clocks and figures stay as they are."""
