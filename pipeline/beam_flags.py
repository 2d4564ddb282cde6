"""Flags that are not newsbeam's: passed on where Beam knows them, refused with the nearest one."""

import argparse
import difflib

from newsbeam.pipeline.engines import FLINK_FLAGS
from newsbeam.pipeline.errors import UsageError


def beam_flags(command: str, unknown: list[str], own: set[str]) -> list[str]:
    """The flags that Beam knows, to be passed on; UsageError names the one nearest to any other.

    `unknown` are words that `command`, which has flags of its `own`, does not know.
    """
    if unknown and command != "run":
        raise UsageError(_not_known(unknown[0], own))
    beam = _beam_names() if unknown else {}
    open_flag = ""  # the flag just read, if the next word can be its value
    for word, after in zip(unknown, [*unknown, "-"][1:], strict=False):
        name = word.split("=")[0].lstrip("-").replace("-", "_")
        if not word.startswith("-"):
            if not open_flag:
                raise UsageError(f"{word} stands among the flags: name all feeds right after run")
            open_flag = ""
            continue
        if name not in beam:
            raise UsageError(_not_known(word, {*own, *beam}))
        open_flag = word if "=" not in word and beam[name] != "bare" else ""
        if open_flag and beam[name] == "value" and after.startswith("-"):
            raise UsageError(f"{word} is without its value: write {word}=VALUE")
    return unknown


def _not_known(word: str, known: set[str]) -> str:
    name = word.split("=")[0]
    plain = {flag.lstrip("-").replace("_", "-"): flag for flag in known}
    near = difflib.get_close_matches(name.lstrip("-").replace("_", "-"), plain, n=1, cutoff=0.5)
    hint = f"; did you mean --{plain[near[0]].lstrip('-')}?" if near else " (see --help)"
    return f"{name} is not known{hint}"


def _beam_names() -> dict[str, str]:
    """The flags that Beam's own option classes define, and those its Flink job server takes, each
    with what follows it: a "value", nothing ("bare"), or "either".
    """
    from apache_beam.options.pipeline_options import PipelineOptions  # a second; seldom needed

    collected = argparse.ArgumentParser(add_help=False, conflict_handler="resolve")
    for group in PipelineOptions.__subclasses__():
        group._add_argparse_args(collected)
    follows: dict[int | str | None, str] = {None: "value", 0: "bare"}
    named = {
        flag.lstrip("-"): follows.get(action.nargs, "either")
        for action in collected._actions
        for flag in action.option_strings
    }
    return dict.fromkeys(FLINK_FLAGS, "either") | named
