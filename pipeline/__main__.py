"""`python -m newsbeam.pipeline` is the `newsbeam` command."""

from newsbeam.pipeline.main import main

if __name__ == "__main__":
    main()
