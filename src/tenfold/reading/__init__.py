"""Whole pictures: find the digits, and say what they are and how sure that is."""
