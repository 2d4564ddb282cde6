"""What the data is: frozen records, their ids, their JSON form and the tables they fill.

Standard library only, so that a notebook can use it without Beam.
"""
