"""How the steps are put together and started."""

import logging

# Beam warns on the root logger while it is imported, about a library that newsbeam does not use;
# configured here, before any import of Beam, nothing of it reaches the user.
logging.basicConfig(level=logging.ERROR, format="%(message)s")
