"""Rows about what a brand says: positions, their versions, wordings and signatures, examples and rules."""

from brandvoice.models.contradictions import Contradiction
from brandvoice.models.evidence import Evidence, StoredFile
from brandvoice.models.examples import Embedding, Example, Library
from brandvoice.models.fill_ins import FillIn
from brandvoice.models.heads import LearnedHead
from brandvoice.models.history import Comment, Step
from brandvoice.models.positions import Position
from brandvoice.models.rules import GuardDecision, Rule, RuleRevision, RuleVersion
from brandvoice.models.signatures import NamedPerson, Signature, Signer
from brandvoice.models.usage import Habit, UsageDay
from brandvoice.models.versions import MOVES, EditLevel, PositionVersion, Sensitivity, SignRule, Status
from brandvoice.models.wordings import Wording

__all__ = [
    "MOVES",
    "Comment",
    "Contradiction",
    "EditLevel",
    "Embedding",
    "Evidence",
    "Example",
    "FillIn",
    "GuardDecision",
    "Habit",
    "LearnedHead",
    "Library",
    "NamedPerson",
    "Position",
    "PositionVersion",
    "Rule",
    "RuleRevision",
    "RuleVersion",
    "Sensitivity",
    "SignRule",
    "Signature",
    "Signer",
    "Status",
    "Step",
    "StoredFile",
    "UsageDay",
    "Wording",
]
