"""Changes of single values in rule files, which leave everything else as it was written: comments, order, blank lines."""

from router.authoring.editing.usual import Field, Section, edited, usual_changes
from router.authoring.editing.write import CannotEdit, Place, written

__all__ = ["CannotEdit", "Field", "Place", "Section", "edited", "usual_changes", "written"]
