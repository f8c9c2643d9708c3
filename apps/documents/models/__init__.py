"""Files that were given to us, and papers that we gave out."""

from apps.documents.models.papers import Paper
from apps.documents.models.scoped import Scope
from apps.documents.models.stored import Purpose, StoredFile, Trust

__all__ = ["Paper", "Purpose", "Scope", "StoredFile", "Trust"]
