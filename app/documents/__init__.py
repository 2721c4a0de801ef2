"""Documents out: values → the bytes of a file people open, print and send back. Nothing here knows a table.

`sheet` is the look every workbook shares; the other modules each lay out one document.
"""
