"""Downloads: the data sets that `fetch` knows by name, and any link.

In: a name or a link, and time limits.
Out: a file in its place, complete and checked; FetchError with what to do.
"""
