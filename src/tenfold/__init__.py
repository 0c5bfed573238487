"""tenfold: from labelled images of handwritten digits to a recogniser that you can trust."""

__version__ = "0.1.0"
