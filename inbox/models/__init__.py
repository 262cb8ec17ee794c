"""Rows of the inbox: channels, customers, tickets, messages, deliveries, drafts and events."""

from inbox.models.approval_policies import ApprovalPolicy, ApprovalStep, SignOff, What
from inbox.models.approvals import Approval, ApprovalState, ReplyChange
from inbox.models.assignment import AssignmentPolicy, Attendance, Capacity, Method, Skill
from inbox.models.blocks import Block
from inbox.models.briefings import BriefingRead
from inbox.models.channels import Channel, ChannelAccess, ChannelKey, ChannelUse, Health, Network, ReopenPolicy
from inbox.models.clocks import Recount, TicketClock
from inbox.models.clusters import Cluster
from inbox.models.contacts import Contact, Identity
from inbox.models.corrections import Correction
from inbox.models.coverage import CoverageDay
from inbox.models.cursors import Cursor
from inbox.models.custom_fields import CustomField
from inbox.models.customer_records import CustomerConsent, CustomerNote
from inbox.models.deliveries import DELIVERY_MOVES, Attempt, Delivery, DeliveryState
from inbox.models.drafts import Draft, DraftKind, DraftVersion
from inbox.models.endpoints import Call, CallState, Endpoint, LogReader, Shape
from inbox.models.events import Event
from inbox.models.incidents import (
    Acknowledgement,
    Incident,
    IncidentLevel,
    IncidentState,
    IncidentTicket,
    standard_levels,
)
from inbox.models.labels import Label
from inbox.models.lessons import Lesson
from inbox.models.links import LinkKind, TicketLink
from inbox.models.macros import ME, NOBODY, Macro, Step, StepKind
from inbox.models.merges import ContactMerge, Moved
from inbox.models.messages import (
    Attachment,
    Direction,
    FileState,
    Message,
    RawMessage,
    Revision,
    Sentiment,
    Urgency,
    Visibility,
)
from inbox.models.notifications import Follower, Notification, NotificationChoice, Reason, Way
from inbox.models.offers import Offer, OfferState
from inbox.models.openings import Opening
from inbox.models.payloads import Payload
from inbox.models.policies import SlaPolicy, SlaTarget
from inbox.models.posts import (
    CHANGEABLE,
    POST_MOVES,
    Post,
    PostAnswer,
    PostFile,
    PostSpan,
    PostState,
    PostVariant,
    PostVersion,
)
from inbox.models.privacy import JobKind, JobState, PrivacyJob, Progress, Work
from inbox.models.purposes import Measure, Objective, Purpose, StandardPurpose, purpose_name, standard_purposes
from inbox.models.pushes import Push, PushBrowser, PushKey, PushState
from inbox.models.questions import Question, QuestionState, WaitingTicket
from inbox.models.recent_searches import RecentSearch
from inbox.models.regroupings import MovedMessage, Regrouping, RegroupingKind
from inbox.models.repeats import Repeatable
from inbox.models.rollups import RollupDay, RollupHour, RollupMonth, TicketStory
from inbox.models.saved_reports import Every, SavedReport
from inbox.models.saved_views import SavedView, ViewCount, ViewMember
from inbox.models.sights import Sight
from inbox.models.spans import Span, SpanEdit
from inbox.models.spikes import Signal, Spike, SpikeCount, SpikeMessage, SpikeWord
from inbox.models.statuses import RESERVED, Category, NamedStatus
from inbox.models.surveys import BAD, GOOD, Skip, Survey, SurveyPolicy, SurveyState, Verdict
from inbox.models.templates import MessageTemplate
from inbox.models.ticket_rules import RuleJob, RuleRun, RuleTimer, RunOutcome, TicketRule
from inbox.models.tickets import MOVES, Priority, Status, Ticket, TicketCounter
from inbox.models.translations import Translation
from inbox.models.uploads import Upload

__all__ = [
    "BAD",
    "CHANGEABLE",
    "DELIVERY_MOVES",
    "GOOD",
    "ME",
    "MOVES",
    "NOBODY",
    "POST_MOVES",
    "RESERVED",
    "Acknowledgement",
    "Approval",
    "ApprovalPolicy",
    "ApprovalState",
    "ApprovalStep",
    "AssignmentPolicy",
    "Attachment",
    "Attempt",
    "Attendance",
    "Block",
    "BriefingRead",
    "Call",
    "CallState",
    "Capacity",
    "Category",
    "Channel",
    "ChannelAccess",
    "ChannelKey",
    "ChannelUse",
    "Cluster",
    "Contact",
    "ContactMerge",
    "Correction",
    "CoverageDay",
    "Cursor",
    "CustomField",
    "CustomerConsent",
    "CustomerNote",
    "Delivery",
    "DeliveryState",
    "Direction",
    "Draft",
    "DraftKind",
    "DraftVersion",
    "Endpoint",
    "Event",
    "Every",
    "FileState",
    "Follower",
    "Health",
    "Identity",
    "Incident",
    "IncidentLevel",
    "IncidentState",
    "IncidentTicket",
    "JobKind",
    "JobState",
    "Label",
    "Lesson",
    "LinkKind",
    "LogReader",
    "Macro",
    "Measure",
    "Message",
    "MessageTemplate",
    "Method",
    "Moved",
    "MovedMessage",
    "NamedStatus",
    "Network",
    "Notification",
    "NotificationChoice",
    "Objective",
    "Offer",
    "OfferState",
    "Opening",
    "Payload",
    "Post",
    "PostAnswer",
    "PostFile",
    "PostSpan",
    "PostState",
    "PostVariant",
    "PostVersion",
    "Priority",
    "PrivacyJob",
    "Progress",
    "Purpose",
    "Push",
    "PushBrowser",
    "PushKey",
    "PushState",
    "Question",
    "QuestionState",
    "RawMessage",
    "Reason",
    "RecentSearch",
    "Recount",
    "Regrouping",
    "RegroupingKind",
    "ReopenPolicy",
    "Repeatable",
    "ReplyChange",
    "Revision",
    "RollupDay",
    "RollupHour",
    "RollupMonth",
    "RuleJob",
    "RuleRun",
    "RuleTimer",
    "RunOutcome",
    "SavedReport",
    "SavedView",
    "Sentiment",
    "Shape",
    "Sight",
    "SignOff",
    "Signal",
    "Skill",
    "Skip",
    "SlaPolicy",
    "SlaTarget",
    "Span",
    "SpanEdit",
    "Spike",
    "SpikeCount",
    "SpikeMessage",
    "SpikeWord",
    "StandardPurpose",
    "Status",
    "Step",
    "StepKind",
    "Survey",
    "SurveyPolicy",
    "SurveyState",
    "Ticket",
    "TicketClock",
    "TicketCounter",
    "TicketLink",
    "TicketRule",
    "TicketStory",
    "Translation",
    "Upload",
    "Urgency",
    "Verdict",
    "ViewCount",
    "ViewMember",
    "Visibility",
    "WaitingTicket",
    "Way",
    "What",
    "Work",
    "purpose_name",
    "standard_levels",
    "standard_purposes",
]
