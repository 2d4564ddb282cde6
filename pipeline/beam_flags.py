"""How a list of Beam's flags is read: what it says, and which of its words Beam does not know."""

import argparse
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from newsbeam.pipeline.errors import UsageError

# What Beam's Python does not know but the Flink job server takes (its DescribePipelineOptions,
# 2.62.0, without Google's); Python says "Unparseable argument" and passes them on as written.
FLINK_FLAGS = frozenset({
    "allow_non_restored_state", "auto_watermark_interval", "checkpoint_timeout_millis",
    "checkpointing_interval", "checkpointing_mode", "disable_metrics",
    "enable_stable_input_drain", "environment_expiration_millis", "execution_mode_for_batch",
    "execution_retry_delay", "externalized_checkpoints_enabled", "fail_on_checkpointing_errors",
    "faster_copy", "finish_bundle_before_checkpointing", "flink_conf_dir",
    "force_unaligned_checkpoint_enabled", "jdk_add_open_modules", "job_check_interval_in_secs",
    "latency_tracking_interval", "max_bundle_size", "max_bundle_time_mills",
    "min_pause_between_checkpoints", "num_concurrent_checkpoints", "number_of_execution_retries",
    "object_reuse", "operator_chaining", "re_iterable_group_by_key_result",
    "report_checkpoint_duration", "retain_externalized_checkpoints_on_cancellation",
    "savepoint_path", "semi_persist_dir", "shutdown_sources_after_idle_ms", "state_backend",
    "state_backend_factory", "state_backend_storage_path", "unaligned_checkpoint_enabled",
    "use_data_stream_for_batch",
})  # fmt: skip


@cache
def beam_parser() -> argparse.ArgumentParser:
    """Beam's own parser with all of its flags, and those of Flink's job server.

    Beam hands its parser to whoever wants to add flags; a flag that is not given is None in it.
    """
    from apache_beam.options.pipeline_options import PipelineOptions  # a second; seldom needed

    handed: list[argparse.ArgumentParser] = []
    PipelineOptions([]).get_all_options(add_extra_args_fn=handed.append)
    (parser,) = handed
    parser.set_defaults(**dict.fromkeys(vars(parser.parse_args([]))))
    parser.exit_on_error = False
    for name in sorted(FLINK_FLAGS):
        parser.add_argument(f"--{name}", nargs="?", const="true")
    return parser


def in_beams_spelling(words: Sequence[str]) -> list[str]:
    """The same words, with the names of flags as Beam writes them.

    >>> in_beams_spelling(["--flink-master=a-b", "c-d"])
    ['--flink_master=a-b', 'c-d']
    """
    return [re.sub(r"(?<=^--)[^=]+", lambda name: name[0].replace("-", "_"), w) for w in words]


def read_flags(words: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """What flags in Beam's spelling say, by name, and the words that are no flag of Beam's.

    Raises UsageError where a value is missing or is none.

    >>> read_flags(["--parallelism", "2", "--no_auth", "--checkpointing_mode", "--zz"])
    ({'no_auth': True, 'parallelism': 2, 'checkpointing_mode': 'true'}, ['--zz'])
    """
    try:
        read, strange = beam_parser().parse_known_args(list(words))
    except argparse.ArgumentError as error:
        said = f"{error} (a flag of Beam, written {error.argument_name}=VALUE)"
        raise UsageError(said) from None
    except (ValueError, TypeError) as error:  # two of Beam's flags are JSON, read as they come
        raise UsageError(f"a flag of Beam has a value that cannot be read: {error}") from None
    return {name: value for name, value in vars(read).items() if value is not None}, strange


def flags_of(parser: argparse.ArgumentParser) -> set[str]:
    """The names of a parser's flags, as its usage line shows them."""
    return set(re.findall(r"(?<=\[|\s)--[\w-]+", parser.format_usage()))
