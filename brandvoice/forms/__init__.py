"""What people fill in about positions."""

from brandvoice.forms.editor import VersionEditor
from brandvoice.forms.exchange import BulkForm, ImportForm
from brandvoice.forms.library import LibraryForm, PositionForm
from brandvoice.forms.notes import CommentForm, DelegationForm, ExampleForm, NoteForm, SignForm
from brandvoice.forms.purposes import PurposesForm

__all__ = [
    "BulkForm",
    "CommentForm",
    "DelegationForm",
    "ExampleForm",
    "ImportForm",
    "LibraryForm",
    "NoteForm",
    "PositionForm",
    "PurposesForm",
    "SignForm",
    "VersionEditor",
]
