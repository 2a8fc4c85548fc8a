"""Pictures of assets without a GPU."""

from .contact_sheet import contact_sheet
from .preview import render_preview

__all__ = ["contact_sheet", "render_preview"]
