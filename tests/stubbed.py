"""newsbeam as it is, but for what a test cannot wait for.

Its annotator takes no time; its lease lasts $LEASE seconds (60 without it); with $FAR_AWAY each
storage call of a lake in a folder takes so many seconds more.
"""

import os
import sys

from attacks import annotate_in_no_time
from counted_lake import CountedLake
from newsbeam.pipeline.main import main
from newsbeam.transforms import enrich_articles
from newsbeam.transforms.lake import lease, local

if __name__ == "__main__":
    enrich_articles.annotate = annotate_in_no_time  # type: ignore[assignment]
    lease.lease.__wrapped__.__defaults__ = (float(os.environ.get("LEASE", "60")),)  # type: ignore
    if "FAR_AWAY" in os.environ:
        local.LocalLake = CountedLake  # type: ignore[misc]
    main(sys.argv[1:])
