"""Traces by OpenTelemetry, where its own environment variables ask for them. None of it is loaded otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bot.server.settings import ConfigError
from scheduler.trace import Span, begin_with

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
SPOKEN = "http/protobuf"
PARENT = "traceparent"  # as W3C Trace Context writes where something stands in which trace


def start_traces(environment: Mapping[str, str]) -> Callable[[], None] | None:
    """Trace from now on, if the environment asks for it. What ends that and sends the rest, in a thread of its own;
    None: it was not asked for. Raises ConfigError."""
    endpoint = next((name for name in ENDPOINTS if environment.get(name)), None)
    is_off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if endpoint is None or is_off or environment.get("OTEL_TRACES_EXPORTER", "otlp") == "none":
        return None
    protocol = next((environment[name] for name in PROTOCOLS if environment.get(name)), SPOKEN)
    if protocol != SPOKEN:
        raise ConfigError(f"Traces are sent by {SPOKEN} alone, not {protocol}: unset {PROTOCOLS[1]}, or {endpoint}.")
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(f"{endpoint} is set: install vigie[otel], which sends traces, or unset it.") from error
    name = environment.get("OTEL_SERVICE_NAME") or "vigie"
    # Not the process's own provider: other libraries would trace with it, and say what was written.
    provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracer, carrier = provider.get_tracer("vigie"), TraceContextTextMapPropagator()

    @contextmanager
    def begun(what: str, ids: dict[str, str | int], after: str | None) -> Iterator[Span]:
        context = None if after is None else carrier.extract({PARENT: after})
        # What an error says may be what somebody typed: no more of it than its kind.
        with tracer.start_as_current_span(
            what, context=context, attributes=ids, record_exception=False, set_status_on_exception=False
        ) as made:
            try:
                yield made
            except BaseException as error:
                _failed(made, error)
                raise

    def present() -> str | None:
        here: dict[str, str] = {}
        carrier.inject(here)
        return here.get(PARENT)

    def stop() -> None:
        begin_with(None)
        provider.shutdown()

    begin_with(begun, present)
    return stop


def _failed(made: Any, error: BaseException) -> None:
    from opentelemetry.trace import StatusCode  # noqa: PLC0415  as above

    made.set_attribute("error.type", type(error).__qualname__)
    made.set_status(StatusCode.ERROR)
