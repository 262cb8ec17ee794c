"""The console's part about channels, customers and conversations."""

from inbox.admin.approval_policies import ApprovalPolicyAdmin
from inbox.admin.assignment import AssignmentPolicyAdmin, SkillAdmin
from inbox.admin.blocks import BlockAdmin
from inbox.admin.channels import ChannelAdmin, LabelAdmin
from inbox.admin.conversations import MessageAdmin, TicketAdmin
from inbox.admin.custom_fields import CustomFieldAdmin
from inbox.admin.customers import ContactAdmin, IdentityAdmin
from inbox.admin.deliveries import DeliveryAdmin
from inbox.admin.endpoints import CallAdmin, EndpointAdmin
from inbox.admin.incidents import IncidentLevelAdmin
from inbox.admin.log import EventAdmin
from inbox.admin.payloads import PayloadAdmin
from inbox.admin.policies import SlaPolicyAdmin
from inbox.admin.purposes import ObjectiveAdmin, PurposeAdmin
from inbox.admin.statuses import NamedStatusAdmin
from inbox.admin.surveys import SurveyPolicyAdmin

__all__ = [
    "ApprovalPolicyAdmin",
    "AssignmentPolicyAdmin",
    "BlockAdmin",
    "CallAdmin",
    "ChannelAdmin",
    "ContactAdmin",
    "CustomFieldAdmin",
    "DeliveryAdmin",
    "EndpointAdmin",
    "EventAdmin",
    "IdentityAdmin",
    "IncidentLevelAdmin",
    "LabelAdmin",
    "MessageAdmin",
    "NamedStatusAdmin",
    "ObjectiveAdmin",
    "PayloadAdmin",
    "PurposeAdmin",
    "SkillAdmin",
    "SlaPolicyAdmin",
    "SurveyPolicyAdmin",
    "TicketAdmin",
]
