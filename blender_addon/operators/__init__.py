# SPDX-License-Identifier: GPL-3.0-or-later
"""Buttons: each checks its input, hands it to the session or the scene, and returns."""
