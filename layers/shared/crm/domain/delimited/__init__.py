"""Delimited text (CSV and its relatives): the dialect of a file, the positions of its records, and its rows. Pure.

`detection` returns the dialect of a file's beginning, `text_source` its bytes as text without compression, `chunks`
cuts it between records, `rows` reads a chunk. Any chunking gives the same rows as one pass.
"""
