"""A small newsroom to try newsbeam on: outlets, people and events are invented."""

from newsbeam.pipeline.newsroom.server import Newsroom

__all__ = ["Newsroom"]
