"""Dashboards: pages in the browser that watch, steer and compare societies.

`society dashboard` opens them. The library never needs them; they need nothing of it but what it makes public.
"""
