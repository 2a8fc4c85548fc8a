# SPDX-License-Identifier: GPL-3.0-or-later
"""What is drawn in the sidebar's Maquette tab; nothing here changes data."""
