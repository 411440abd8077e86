"""Delimited text (CSV and its relatives): what a file looks like, where its records are, and its rows. Pure.

`detection` answers the dialect of a file's beginning, `text_source` its bytes as text without compression,
`chunks` cuts it between records, `rows` reads a chunk. Any chunking gives the same rows as one pass.
"""
