"""Delivery of results (送达, 行政许可法 art. 44): each made ready, sent, and shown to have arrived, in its own time."""
